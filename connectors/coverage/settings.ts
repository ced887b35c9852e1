import * as z from 'zod';

export const COVERAGE_FORMATS = ['istanbul', 'lcov', 'cobertura', 'jacoco', 'clover'] as const;
export type CoverageFormat = (typeof COVERAGE_FORMATS)[number];

const report = z.strictObject({
  path: z.string().min(1).describe('A report file, or a glob.'),
  subject: z.string().min(1).describe('What the report is about: a component, a repository.'),
  format: z.enum(COVERAGE_FORMATS).optional().describe('Default: told by the content.'),
  flag: z.string().min(1).optional().describe('Keeps reports of one subject apart: `unit`, `integration`.'),
  commit: z.string().min(1).optional().describe('The commit that was measured.'),
  branch: z.string().min(1).optional(),
  date: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .optional()
    .describe('When it was measured, as CI tells it; used where the report itself does not say.'),
});

export const coverageSettings = z
  .strictObject({ reports: z.array(report).min(1) })
  .describe('Coverage reports: Istanbul summary, lcov, Cobertura, JaCoCo, Clover.');

export type CoverageSettings = z.infer<typeof coverageSettings>;
export type CoverageReport = CoverageSettings['reports'][number];
