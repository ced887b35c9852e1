import * as z from 'zod';

const report = z.strictObject({
  path: z.string().min(1).describe('A JUnit XML file, or a glob.'),
  subject: z.string().min(1).describe('What was tested: a component, a repository.'),
  merge: z
    .boolean()
    .default(true)
    .describe(
      'Whether the files of the pattern are parts of one run, as Surefire, Gradle and shards write them. `false`: each file is a run of its own.',
    ),
  flag: z.string().min(1).optional().describe('Keeps reports of one subject apart: `unit`, `browser`.'),
  commit: z.string().min(1).optional().describe('The commit that was tested.'),
  branch: z.string().min(1).optional(),
  date: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .optional()
    .describe('When the tests ran, as CI tells it; used where the report itself does not say.'),
});

export const junitSettings = z
  .strictObject({ reports: z.array(report).min(1) })
  .describe('Test reports in JUnit XML, as nearly every test tool writes them.');

export type JunitSettings = z.infer<typeof junitSettings>;
