import * as z from 'zod';

const entry = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('A page.'),
    origin: z
      .url({ protocol: /^https?$/ })
      .refine((text) => !URL.canParse(text) || new URL(text).pathname === '/', 'an origin has no path')
      .optional()
      .describe('A whole origin, such as `https://acme.dev`: all its pages together.'),
    formFactor: z
      .enum(['all', 'phone', 'desktop', 'tablet'])
      .default('all')
      .describe('The devices whose visits count.'),
    subject: z.string().min(1).optional().describe('What it is called. Default: its URL or origin.'),
  })
  .refine(
    ({ url, origin }) => (url === undefined) !== (origin === undefined),
    'give either `url` or `origin`',
  );

export const cruxSettings = z
  .strictObject({
    key: z
      .string()
      .min(1)
      .meta({ secret: true })
      .describe('An API key of Google Cloud with the Chrome UX Report API enabled.'),
    subjects: z.array(entry).min(1).describe('Pages and origins.'),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .default('https://chromeuxreport.googleapis.com')
      .describe('Where the API answers.'),
  })
  .superRefine(({ subjects }, refinement) => {
    const seen = new Set<string>();
    for (const [index, subject] of subjects.entries()) {
      const name = subjectOf(subject);
      // Two kinds of devices under one name would be one series that jumps.
      if (seen.has(name)) {
        const message = `\`${name}\` is read twice: give one of them a \`subject\` of its own`;
        refinement.addIssue({ code: 'custom', path: ['subjects', index, 'subject'], message });
      }
      seen.add(name);
    }
  })
  .describe('What Chrome users had on a page or an origin, by the CrUX History API.');

export type CruxSettings = z.infer<typeof cruxSettings>;
export type CruxSubject = CruxSettings['subjects'][number];

/** What it is called in samples, and its stream member. A page always has a path, an origin never. */
export function subjectOf({ subject, url, origin }: CruxSubject): string {
  if (subject !== undefined) return subject;
  const text = url ?? origin ?? '';
  if (!URL.canParse(text)) return text;
  return url === undefined ? new URL(text).origin : new URL(text).href;
}
