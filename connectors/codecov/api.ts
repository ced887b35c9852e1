import * as z from 'zod';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import { openRest, type RestClient } from '../rest.ts';
import type { CodecovRepository, CodecovSettings } from './settings.ts';

const PAGE_SIZE = 100;

const totalsSchema = z.object({ lines: z.number(), hits: z.number() });
const commitSchema = z.object({
  commitid: z.string(),
  /** When the commit was made, in UTC, whether or not the text says so. */
  timestamp: z
    .string()
    .transform((text) => Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`))
    .refine((at) => !Number.isNaN(at), 'a date'),
  state: z.string().nullish(),
  totals: totalsSchema.extend({ coverage: z.number().nullish() }).nullish(),
});
const pageSchema = z.object({ results: z.array(commitSchema), total_pages: z.number() });
const uploadsSchema = z.object({
  results: z.array(z.object({ upload_type: z.string(), flags: z.array(z.string()).nullish() })),
  total_pages: z.number(),
});

export type Totals = z.infer<typeof totalsSchema>;
export type ListedCommit = z.infer<typeof commitSchema>;

/** Reads one repository. https://docs.codecov.com/reference/overview */
export interface Codecov {
  defaultBranch(): Promise<string>;
  /** The commits of a branch that are not older than `floor`, newest first. */
  commitsSince(branch: string, floor: number): Promise<ListedCommit[]>;
  /** The flags that a report came in for with this commit, those that were carried forward left out. */
  uploadedFlags(sha: string): Promise<ReadonlySet<string>>;
  /** Null where the commit has no such flag or component. */
  totals(sha: string, part: { flag: string } | { component_id: string }): Promise<Totals | null>;
}

export function openCodecov(
  context: PullContext<CodecovSettings>,
  { repository }: CodecovRepository,
): Codecov {
  const { settings, fetch, signal, now } = context;
  const { token } = settings;
  const client: RestClient = openRest({
    fetch,
    signal,
    now,
    tool: 'Codecov',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    secrets: token === undefined ? [] : [token],
    remedies: {
      access: 'Give the source an API `token` of a user who may see the repository',
      missing:
        'Check `service` and the name of the repository; what the token may not see is not found either',
    },
  });
  const [owner = '', name = ''] = repository.split('/');
  const place = `/api/v2/${settings.service}/${encodeURIComponent(owner)}/repos/${encodeURIComponent(name)}`;

  async function ask<T>(schema: z.ZodType<T>, path: string, query: Readonly<Record<string, string>> = {}) {
    const address = new URL(`${settings.url.replace(/\/+$/, '')}${place}${path}`);
    for (const [key, value] of Object.entries(query)) address.searchParams.set(key, value);
    const { data, endpoint } = await client.get(address);
    return parseAnswer(schema, data, endpoint);
  }

  return {
    async defaultBranch() {
      const { branch } = await ask(z.object({ branch: z.string() }), '/');
      return branch;
    },

    async commitsSince(branch, floor) {
      const commits = new Map<string, ListedCommit>();
      for (let page = 1; ; page++) {
        const query = { branch, page: String(page), page_size: String(PAGE_SIZE) };
        const { results, total_pages: pages } = await ask(pageSchema, '/commits/', query);
        // A commit that came in meanwhile pushes others to the next page, where they are listed again.
        for (const commit of results) commits.set(commit.commitid, commit);
        const oldest = results.at(-1);
        if (oldest === undefined || oldest.timestamp < floor || page >= pages) break;
      }
      return [...commits.values()].filter(({ timestamp }) => timestamp >= floor);
    },

    async uploadedFlags(sha) {
      const flags = new Set<string>();
      for (let page = 1; ; page++) {
        const query = { page: String(page), page_size: String(PAGE_SIZE) };
        const { results, total_pages: pages } = await ask(uploadsSchema, `/commits/${sha}/uploads/`, query);
        const fresh = results.filter((upload) => upload.upload_type !== 'carriedforward');
        for (const upload of fresh) for (const flag of upload.flags ?? []) flags.add(flag);
        if (page >= pages) return flags;
      }
    },

    async totals(sha, part) {
      try {
        return (await ask(z.object({ totals: totalsSchema }), '/totals/', { sha, ...part })).totals;
      } catch (error) {
        if (
          error instanceof ConnectorError &&
          error.code === 'not_found' &&
          /exist|report/i.test(error.message)
        )
          return null;
        throw error;
      }
    },
  };
}
