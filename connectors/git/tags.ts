import type { Tag } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { cutOf } from './depth.ts';
import { openRepository, type Repository } from './repository.ts';
import { askGit, type GitPlace, runGit } from './run.ts';
import type { GitSettings } from './settings.ts';

const BATCH = 1000;

const FIELDS = [
  'refname',
  'objecttype',
  'objectname',
  'taggerdate:unix',
  'contents:subject',
  'committerdate:unix',
  '*objecttype',
  '*objectname',
  '*committerdate:unix',
];
const FORMAT = `--format=${FIELDS.map((field) => `%(${field})`).join('%00')}`;

interface Listed {
  readonly name: string;
  /** Changes when the tag is moved. */
  readonly object: string;
  /** Null for a tag of something that is no commit. */
  readonly commit: string | null;
  readonly at: number;
  readonly subject: string | null;
}

/** All tags, also those from before the start: the span to the release before needs them. */
export async function* pullTags(
  context: PullContext<GitSettings>,
  member: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const repository = await openRepository(context);
  const listed = await listTags(repository.place);
  const known = parseKnown(cursor) ?? new Map((await context.storedIds('tag')).map((id) => [id, '']));
  const now = new Map(listed.map((tag) => [tag.name, short(tag.object)]));
  const changed = listed.filter((tag) => known.get(tag.name) !== now.get(tag.name));
  const cutAt = await cutBelow(repository);
  // A shallow clone lacks the tags of what lies behind its cut, which says nothing about them.
  const gone = cutAt === null ? [...known.keys()].filter((name) => !now.has(name)) : [];
  // A tag may be moved to what is no commit.
  const emptied = changed.filter((tag) => tag.commit === null && known.has(tag.name)).map((tag) => tag.name);
  const coveredFrom = cutAt ?? context.start;
  if (changed.length === 0 && gone.length === 0) {
    yield { records: [], cursor: null, coveredFrom };
    return;
  }

  const remote = await repository.remote();
  const stored = new Map(known);
  for (const name of gone) stored.delete(name);
  const removed = [...gone, ...emptied].map((id) => ({ recordType: 'tag', id }) as const);
  for (let from = 0; from === 0 || from < changed.length; from += BATCH) {
    const some = changed.slice(from, from + BATCH);
    for (const tag of some) stored.set(tag.name, short(tag.object));
    const records = some.flatMap((tag): Tag[] => {
      if (tag.commit === null) return [];
      return [
        {
          recordType: 'tag',
          id: tag.name,
          key: tag.name,
          title: tag.subject,
          url: remote?.tagUrl(tag.name) ?? null,
          repository: member,
          name: tag.name,
          sha: tag.commit,
          taggedAt: tag.at * 1000,
        },
      ];
    });
    yield {
      records,
      cursor: JSON.stringify({ tags: Object.fromEntries(stored) }),
      total: changed.length,
      coveredFrom,
      ...(from === 0 && removed.length > 0 ? { removed } : {}),
    };
  }
}

/** Null for a whole clone, and for one without a commit to read, whose tags are all there are. */
async function cutBelow(repository: Repository): Promise<number | null> {
  try {
    const tip = await repository.tip();
    return (await cutOf(repository.place, tip)).coveredFrom;
  } catch (error) {
    if (error instanceof ConnectorError && error.code !== 'aborted') return null;
    throw error;
  }
}

async function listTags(place: GitPlace): Promise<readonly Listed[]> {
  const text = await runGit(place, ['for-each-ref', FORMAT, 'refs/tags']);
  const tags: Listed[] = [];
  for (const line of text.split('\n')) {
    const [ref, type, object, tagged, subject, committed, innerType, inner, innerCommitted] =
      line.split('\0');
    if (!ref || !object) continue;
    const name = ref.replace('refs/tags/', '');
    if (type === 'commit') {
      tags.push({ name, object, commit: object, at: Number(committed), subject: null });
      continue;
    }
    const target =
      innerType === 'commit' && inner
        ? { sha: inner, at: Number(innerCommitted) }
        : innerType === 'tag'
          ? await peel(place, ref)
          : null;
    // Tags from before git 0.99.1 name no tagger.
    const at = tagged ? Number(tagged) : (target?.at ?? 0);
    tags.push({
      name,
      object,
      commit: target?.sha ?? null,
      at,
      subject: type === 'tag' ? subject || null : null,
    });
  }
  return tags;
}

/** A tag of a tag: git before 2.45 shows only what the outer one holds. */
async function peel(place: GitPlace, ref: string): Promise<{ sha: string; at: number } | null> {
  const answer = await askGit(place, ['log', '-1', '--no-walk', '--format=%H %ct', `${ref}^{commit}`, '--']);
  const [sha, at] = answer?.trim().split(' ') ?? [];
  return sha ? { sha, at: Number(at) } : null;
}

/** Enough of a hash to see that a tag was moved, so that the cursor stays small. */
function short(object: string): string {
  return object.slice(0, 12);
}

/** Null for a first pull. */
function parseKnown(cursor: string | null): ReadonlyMap<string, string> | null {
  if (cursor === null) return null;
  try {
    const value: unknown = JSON.parse(cursor);
    if (typeof value !== 'object' || value === null || !('tags' in value)) return null;
    return new Map(Object.entries(value.tags ?? {}).filter(([, hash]) => typeof hash === 'string'));
  } catch {
    return null;
  }
}
