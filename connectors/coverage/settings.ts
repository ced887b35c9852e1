import * as z from 'zod';

export const COVERAGE_FORMATS = [
  'istanbul',
  'lcov',
  'cobertura',
  'jacoco',
  'clover',
  'opencover',
  'go',
] as const;
export type CoverageFormat = (typeof COVERAGE_FORMATS)[number];

const report = z.strictObject({
  path: z.string().min(1).describe('A report file, or a glob.'),
  subject: z.string().min(1).describe('What the report is about: a component, a repository.'),
  format: z.enum(COVERAGE_FORMATS).optional().describe('Default: detected from the content.'),
  merge: z
    .boolean()
    .optional()
    .describe(
      'The files of the pattern are parts of one report (shards, modules): they are joined. Default: each file is a report.',
    ),
  flag: z.string().min(1).optional().describe('Keeps reports of one subject apart: `unit`, `integration`.'),
  components: z
    .record(
      z.string().min(1),
      z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).meta({ path: false }),
    )
    .optional()
    .describe(
      'Parts of the code by the path of their files, each a subject of its own: `checkout: "src/checkout/**"`. A path is matched from any folder on.',
    ),
  commit: z.string().min(1).optional().describe('The commit that was measured.'),
  branch: z.string().min(1).optional(),
  date: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .optional()
    .describe('When it was measured, as CI tells it; used where the report itself does not say.'),
});

export const coverageSettings = z
  .strictObject({ reports: z.array(report).min(1) })
  .describe(
    'Coverage reports: Istanbul JSON, lcov, Cobertura, JaCoCo, Clover, OpenCover, Go cover profiles.',
  );

export type CoverageSettings = z.infer<typeof coverageSettings>;
export type CoverageReport = CoverageSettings['reports'][number];
