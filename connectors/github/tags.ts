import * as z from 'zod';
import type { Instant, Tag } from '../../src/domain/records.ts';
import type { Batch } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { Answer, GitHubClient } from './client.ts';
import { isUnknownQuery } from './failures.ts';
import { LARGEST_PAGE, noSuchRepository, pageReader } from './graphql-pages.ts';
import { guardSchema } from './listing.ts';
import { tagsPageSchema } from './nodes.ts';
import { TAGS_QUERY } from './queries.ts';
import { missingFrom } from './reconcile.ts';
import { webAddress } from './repositories.ts';
import { gitCommitSchema, gitTagSchema, refSchema, tagRowSchema } from './schemas.ts';
import { isSignedIn } from './settings.ts';
import { type Pull, repositoryStream } from './stream.ts';

const cursorSchema = z.object({ guard: guardSchema.nullable() });
const BATCH = 50;

/** A tag as lists tell it: an annotated one points at an object of its own, a lightweight one at its commit. */
interface Ref {
  readonly name: string;
  readonly object: string;
  readonly isAnnotated: boolean;
}

interface DatedRef extends Ref {
  readonly commit: string;
  readonly at: Instant;
}

/**
 * Git tags, all of them whatever the start. One list holds them all without their dates, so that one conditional
 * request guards it and shows what was deleted; a tag that was moved is another one.
 */
export const tags = repositoryStream({ name: 'tags', yields: ['tag'], version: 1, pull: pullTags });

async function* pullTags(pull: Pull): AsyncGenerator<Batch> {
  const { context, client, member } = pull;
  const guard = readCursor(cursorSchema, pull.cursor)?.guard ?? null;
  const list = await listRefs(client, member, guard);
  if (list === 'unchanged') return;

  const stored = new Set(await context.storedIds('tag'));
  const fresh = list.refs.filter((ref) => !stored.has(idOf(member, ref)));
  const dated = isSignedIn(context.settings)
    ? datedByGraphql(pull, fresh)
    : datedByRest(client, member, fresh);
  let records: Tag[] = [];
  for await (const ref of dated) {
    records.push(toTag(pull, ref));
    if (records.length < BATCH) continue;
    yield { records, cursor: null };
    records = [];
  }
  const listed = new Set(list.refs.map((ref) => idOf(member, ref)));
  yield {
    records,
    removed: await missingFrom(listed, context, 'tag'),
    cursor: JSON.stringify({ guard: list.guard } satisfies z.infer<typeof cursorSchema>),
  };
}

async function listRefs(client: GitHubClient, member: string, guard: z.infer<typeof guardSchema> | null) {
  const whole = `/repos/${member}/git/matching-refs/tags`;
  const paged = `/repos/${member}/tags?per_page=100`;
  // A server that does not know the first is asked for the second from then on.
  if (guard?.path === paged) return listPaged(client, paged, guard.etag);
  try {
    const answer = await client.getUnless(guard?.path === whole ? guard.etag : null, whole);
    if (answer.unchanged) return 'unchanged';
    const refs = refsIn(answer);
    for (let page: Answer = answer; page.next !== null; ) {
      page = await client.get(page.next);
      refs.push(...refsIn(page));
    }
    return { refs, guard: answer.etag === null ? null : { path: whole, etag: answer.etag } };
  } catch (error) {
    // An empty repository has no refs: 409.
    if (error instanceof ConnectorError && error.status === 409) return { refs: [], guard: null };
    if (!(error instanceof ConnectorError) || error.code !== 'not_found') throw error;
    return listPaged(client, paged, null);
  }
}

function refsIn(answer: Answer): Ref[] {
  return parseAnswer(z.array(refSchema), answer.data, answer.endpoint)
    .filter((row) => row.ref.startsWith('refs/tags/'))
    .map(({ ref, object }) => ({
      name: ref.slice('refs/tags/'.length),
      object: object.sha,
      isAnnotated: object.type === 'tag',
    }));
}

async function listPaged(client: GitHubClient, path: string, etag: string | null) {
  const first = await client.getUnless(etag, path);
  if (first.unchanged) return 'unchanged';
  const refs: Ref[] = [];
  for (let page: Answer = first; ; ) {
    for (const { name, commit } of parseAnswer(z.array(tagRowSchema), page.data, page.endpoint))
      refs.push({ name, object: commit.sha, isAnnotated: false });
    if (page.next === null) break;
    page = await client.get(page.next);
  }
  return { refs, guard: first.etag === null ? null : { path, etag: first.etag } };
}

type TagsPage = z.infer<typeof tagsPageSchema>;

/** Newest commits first, so that a new tag is on the first page of a hundred. */
async function* datedByGraphql(pull: Pull, fresh: readonly Ref[]): AsyncGenerator<DatedRef> {
  const { client, context, member } = pull;
  const [owner, name] = member.split('/');
  const wanted = new Map(fresh.map((ref) => [ref.name, ref]));
  const reader = pageReader(client, context.signal, LARGEST_PAGE);
  try {
    for (let after: string | null = null; wanted.size > 0; ) {
      const page: TagsPage = await reader.page(TAGS_QUERY, { owner, name, after }, tagsPageSchema);
      if (!page.repository) throw noSuchRepository(member, client.graphqlEndpoint);
      for (const node of page.repository.refs?.nodes ?? []) {
        const ref = wanted.get(node.name);
        const dated = ref && datedBy(ref, node.target);
        if (!dated) continue;
        wanted.delete(node.name);
        yield dated;
      }
      if (!page.repository.refs?.pageInfo.hasNextPage) break;
      after = page.repository.refs.pageInfo.endCursor;
    }
  } catch (error) {
    // An older server may not know the query.
    if (!isUnknownQuery(error)) throw error;
  }
  yield* datedByRest(client, member, [...wanted.values()]);
}

type Target = NonNullable<NonNullable<TagsPage['repository']>['refs']>['nodes'][number]['target'];

function datedBy(ref: Ref, target: Target): DatedRef | null {
  if (target === null) return null;
  const commit = target.target ?? target;
  const at = target.tagger?.date ?? commit.committedDate;
  return at === undefined ? null : { ...ref, commit: commit.oid, at };
}

/** A request for each lightweight tag, and two for an annotated one without a date. */
async function* datedByRest(
  client: GitHubClient,
  member: string,
  refs: readonly Ref[],
): AsyncGenerator<DatedRef> {
  for (const ref of refs) {
    let commit = ref.object;
    let at: Instant | null = null;
    if (ref.isAnnotated) {
      const answer = await client.get(`/repos/${member}/git/tags/${ref.object}`);
      const tag = parseAnswer(gitTagSchema, answer.data, answer.endpoint);
      // A tag may mark a tree or a file; such a one is no version of anything.
      if (tag.object.type !== 'commit') continue;
      commit = tag.object.sha;
      at = tag.tagger?.date ?? null;
    }
    if (at === null) {
      const answer = await client.get(`/repos/${member}/git/commits/${commit}`);
      at = parseAnswer(gitCommitSchema, answer.data, answer.endpoint).committer.date;
    }
    yield { ...ref, commit, at };
  }
}

function idOf(member: string, ref: Ref): string {
  return `${member}@${ref.name}:${ref.object}`;
}

function toTag({ context, member }: Pull, ref: DatedRef): Tag {
  return {
    recordType: 'tag',
    id: idOf(member, ref),
    key: `${member}@${ref.name}`,
    title: ref.name,
    url: `${webAddress(context.settings, member)}/releases/tag/${encodeURI(ref.name)}`,
    repository: member,
    name: ref.name,
    sha: ref.commit,
    taggedAt: ref.at,
  };
}
