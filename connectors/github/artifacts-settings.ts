import * as z from 'zod';
import { REPORT_KINDS } from '../report-kinds.ts';

const text = z.string().min(1);

const artifactSettings = z.strictObject({
  name: text.describe(
    'Name of the artifact, or a glob: `coverage-*`. Those of one run that a glob takes in are parts of one report.',
  ),
  kind: z.enum(REPORT_KINDS).describe('What lies in it.'),
  subject: text
    .optional()
    .describe(
      'What was measured. Default: the repository, as `owner/name`; of `lighthouse` the URL that a run was asked for.',
    ),
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name')
    .optional()
    .describe('The one repository that has it. Default: all of the source.'),
  branch: text.optional().describe('Default: the default branch of the repository.'),
  files: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe('Which files of the archive are meant, as globs. Default: those that the usual tools write.'),
  flag: text.optional().describe('Keeps reports of one subject apart: `unit`, `browser`.'),
  format: text.optional().describe('Of `coverage`: the format; default: detected from the content.'),
  components: z
    .record(text, z.union([text, z.array(text).min(1)]).meta({ path: false }))
    .optional()
    .describe('Of `coverage`: parts of the code by the path of their files, each a subject of its own.'),
});

export const artifactsSchema = z
  .array(artifactSettings)
  .min(1)
  .describe(
    'Coverage, JUnit and Lighthouse reports that workflows leave as artifacts, the newest of each commit of a branch.',
  );

export type ArtifactSettings = z.infer<typeof artifactSettings>;

interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What only the settings together can tell. */
export function artifactFaults(settings: {
  readonly token?: string | undefined;
  readonly app?: unknown;
  readonly repositories: readonly string[];
  readonly artifacts?: readonly ArtifactSettings[] | undefined;
}): readonly Fault[] {
  const { token, app, repositories, artifacts = [] } = settings;
  const faults: Fault[] = [];
  if (artifacts.length > 0 && token === undefined && app === undefined) {
    faults.push({
      path: ['artifacts'],
      message: 'GitHub hands out artifacts for a `token` or an `app` only',
    });
  }
  const isOne = repositories.length === 1 && !repositories[0]?.includes('*');
  for (const [index, artifact] of artifacts.entries()) {
    const path = ['artifacts', index];
    if (artifact.subject !== undefined && artifact.repository === undefined && !isOne) {
      faults.push({
        path: [...path, 'subject'],
        message: 'several repositories would share this subject: say which one with `repository`',
      });
    }
    for (const key of ['components', 'format'] as const) {
      if (artifact[key] === undefined || artifact.kind === 'coverage') continue;
      faults.push({ path: [...path, key], message: `\`${key}\` is only for coverage` });
    }
  }
  return faults;
}

/** Those that this repository may have. */
export function artifactsOf(
  artifacts: readonly ArtifactSettings[] | undefined,
  member: string,
): readonly ArtifactSettings[] {
  const own = member.toLowerCase();
  return (artifacts ?? []).filter(({ repository }) => (repository ?? member).toLowerCase() === own);
}
