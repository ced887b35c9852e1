import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import { firstWords } from '../../src/domain/redact.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import { basicAuth, openRest, type RestClient } from '../rest.ts';
import { parseAnsweredRun } from './parse.ts';
import { samplesOf, warnOfMissing } from './samples.ts';
import type { LighthouseServer, LighthouseSettings } from './settings.ts';

/** The user's name where none is given: https://github.com/GoogleChrome/lighthouse-ci/blob/main/docs/server.md#basic-authentication */
const DEFAULT_USER = 'lhci';
/** A build may be sealed this long after a younger one was read. */
const OVERLAP_MS = 2 * 86_400_000;
const FIRST_LIMIT = 50;
/** A report is half a megabyte, and a build may have many. */
const MAX_BYTES = 256 * 2 ** 20;

const projectSchema = z.object({ id: z.string(), name: z.string(), slug: z.string().nullish() });
const buildSchema = z.object({
  id: z.string(),
  hash: z.string().nullish(),
  branch: z.string().nullish(),
  createdAt: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
});
const runSchema = z.object({ id: z.string(), url: z.string(), lhr: z.string() });

type Project = z.infer<typeof projectSchema>;
type Build = z.infer<typeof buildSchema>;

const cursorSchema = z.object({
  project: projectSchema,
  /** `createdAt` of the newest build that was read. */
  until: z.number(),
  /** Ids of the builds that were read and lie within the overlap. */
  read: z.array(z.object({ id: z.string(), at: z.number() })),
});
type Cursor = z.infer<typeof cursorSchema>;

/** Reads every run of every sealed build that was not read before, a build to a batch. */
export async function* pullServer(
  context: PullContext<LighthouseSettings>,
  server: LighthouseServer,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const client = openServer(context, server);
  const before = readCursor(cursorSchema, cursor);
  const project = before?.project ?? (await findProject(client, server));
  const floor = Math.max(context.start, (before?.until ?? 0) - OVERLAP_MS);
  const builds = await buildsSince(client, server, project, floor, before?.read.length ?? 0);
  const known = new Set(before?.read.map(({ id }) => id));
  const fresh = builds.filter(({ id }) => !known.has(id));
  let at: Cursor = before ?? { project, until: context.start, read: [] };
  if (before === null && fresh.length === 0) yield { records: [], cursor: JSON.stringify(at) };
  // Oldest first, so that a pull that is stopped goes on where it was.
  for (const build of fresh.reverse()) {
    const records = await samplesOfBuild(context, client, server, project, build);
    const until = Math.max(at.until, build.createdAt);
    const read = [...at.read, { id: build.id, at: build.createdAt }];
    at = { project, until, read: read.filter((one) => one.at >= until - OVERLAP_MS) };
    yield { records, cursor: JSON.stringify(at satisfies Cursor), total: fresh.length };
  }
}

/** Resolves when the project is there and its builds can be listed. */
export async function checkServer(
  context: PullContext<LighthouseSettings>,
  server: LighthouseServer,
): Promise<void> {
  const client = openServer(context, server);
  await listBuilds(client, server, await findProject(client, server), 1);
}

function openServer(context: PullContext<LighthouseSettings>, server: LighthouseServer): RestClient {
  const { username = DEFAULT_USER, password, token } = server;
  const authorization = password === undefined ? null : basicAuth(username, password);
  return openRest({
    fetch: context.fetch,
    signal: context.signal,
    now: context.now,
    tool: 'The Lighthouse CI server',
    headers: authorization === null ? {} : { authorization },
    secrets: [password, token, authorization?.slice('Basic '.length)].filter(
      (secret) => secret !== undefined,
    ),
    remedies: {
      access: 'Give the source the `username` and `password` that the server asks for',
      missing: 'Check the `url` of the server and its `project`',
    },
    maxBytes: MAX_BYTES,
  });
}

async function findProject(client: RestClient, server: LighthouseServer): Promise<Project> {
  const { project: wanted, token } = server;
  if (wanted === undefined) {
    const { data, endpoint } = await client.post(addressOf(server, '/v1/projects/lookup'), { token });
    return parseAnswer(projectSchema, data, endpoint);
  }
  const { data, endpoint } = await client.get(addressOf(server, '/v1/projects'));
  const projects = parseAnswer(z.array(projectSchema), data, endpoint);
  const found =
    projects.find(({ id, slug }) => id === wanted || slug === wanted) ??
    projects.find(({ name }) => name === wanted);
  if (found) return found;
  const names = projects.map(({ slug, name }) => slug ?? name).join(', ');
  throw noProject(`has no project \`${wanted}\``, endpoint, `It has: ${firstWords(names, 300) || 'none'}`);
}

function noProject(what: string, endpoint: string, detail: string): ConnectorError {
  return new ConnectorError({
    code: 'not_found',
    message: `The Lighthouse CI server ${what}. ${detail}`,
    endpoint,
    remedy: 'Correct `project`: its id, slug or name',
  });
}

/**
 * The sealed builds of the project since `floor`, newest first. The server gives the newest `limit` and no further
 * page, so more is asked for until the oldest of them lies before the floor.
 */
async function buildsSince(
  client: RestClient,
  server: LighthouseServer,
  project: Project,
  floor: number,
  expected: number,
): Promise<Build[]> {
  for (let limit = FIRST_LIMIT + expected; ; limit *= 4) {
    const builds = await listBuilds(client, server, project, limit);
    const oldest = builds.at(-1);
    if (oldest === undefined) {
      // The server answers 200 with an empty list for a project that it does not know.
      const address = addressOf(server, `/v1/projects/${encodeURIComponent(project.id)}`);
      await client.get(address);
    }
    if (oldest === undefined || builds.length < limit || oldest.createdAt < floor) {
      return builds.filter(({ createdAt }) => createdAt >= floor);
    }
  }
}

async function listBuilds(
  client: RestClient,
  server: LighthouseServer,
  { id }: Project,
  limit: number,
): Promise<Build[]> {
  const address = addressOf(server, `/v1/projects/${encodeURIComponent(id)}/builds`);
  address.searchParams.set('limit', String(limit));
  address.searchParams.set('lifecycle', 'sealed');
  if (server.branch !== undefined) address.searchParams.set('branch', server.branch);
  const { data, endpoint } = await client.get(address);
  return parseAnswer(z.array(buildSchema), data, endpoint);
}

async function samplesOfBuild(
  context: PullContext<LighthouseSettings>,
  client: RestClient,
  server: LighthouseServer,
  { id, slug }: Project,
  build: Build,
): Promise<readonly Sample[]> {
  const path = `/v1/projects/${encodeURIComponent(id)}/builds/${encodeURIComponent(build.id)}/runs`;
  const { data, endpoint } = await client.get(addressOf(server, path));
  const runs = parseAnswer(z.array(runSchema), data, endpoint);
  const url = slug ? String(addressOf(server, `/app/projects/${slug}/compare/${build.id}`)) : null;
  return runs.flatMap((run, index) => {
    const parsed = parseAnsweredRun(run.lhr, `[${index}].lhr`, endpoint);
    // The server's own name of the page: there, ports have become the word PORT, so that runs on any port are one page.
    const name = `${build.hash?.slice(0, 7) ?? build.id.slice(0, 8)} ${run.id.slice(0, 8)}`;
    const { hash: commit, branch } = build;
    const { samples, missing } = samplesOf(parsed, {
      name,
      subject: run.url,
      url,
      commit: commit ?? null,
      branch: branch ?? null,
    });
    warnOfMissing(context, `${run.url} ${name}`, missing);
    return samples;
  });
}

function addressOf({ url }: LighthouseServer, path: string): URL {
  return new URL(`${url.replace(/\/+$/, '')}${path}`);
}
