import * as z from 'zod';

const project = z
  .strictObject({
    key: z.string().min(1).describe('Key of the project; `*` stands for anything: `acme:*`.'),
    branch: z.string().min(1).optional().describe('The branch. Default: the main branch.'),
    subject: z
      .string()
      .min(1)
      .optional()
      .describe('What it is called. Default: its key, and the branch where one is given.'),
  })
  .refine(({ key, subject }) => !key.includes('*') || subject === undefined, {
    path: ['subject'],
    message: 'a key with `*` is of many projects: leave out `subject`',
  });

export const sonarqubeSettings = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .default('https://sonarcloud.io')
      .describe('Address of the server, with the base path if there is one.'),
    organization: z.string().min(1).optional().describe('On SonarQube Cloud, where a key holds `*`.'),
    token: z.string().min(1).optional().describe('A user token; public projects need none.'),
    scheme: z
      .enum(['bearer', 'basic'])
      .default('bearer')
      .describe('How the token is sent: `basic` for servers before 10, as the name of a user.'),
    projects: z.array(project).min(1).describe('What is read.'),
    zero: z
      .enum(['unknown', 'measured'])
      .default('unknown')
      .describe(
        'What an analysis is without a covered line and without branches: SonarQube says 0 % of one to which no report came, too.',
      ),
  })
  .superRefine(({ projects }, refinement) => {
    const names = projects.map(subjectOf);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      const message = `\`${name}\` is read twice: give one of them a \`subject\` of its own`;
      refinement.addIssue({ code: 'custom', path: ['projects', index, 'subject'], message });
    }
  })
  .describe('Coverage as SonarQube Server or SonarQube Cloud keeps it.');

export type SonarqubeSettings = z.infer<typeof sonarqubeSettings>;
export type SonarqubeProject = SonarqubeSettings['projects'][number];

/** What it is called in samples, and its stream member. */
export function subjectOf({ subject, key, branch }: SonarqubeProject): string {
  return subject ?? [key, ...(branch === undefined ? [] : [branch])].join(' ');
}
