import type { Connector, Member, PullContext, Stream } from '../contract.ts';
import { type GitSettings, gitSettings } from './settings.ts';

async function* members(context: PullContext<GitSettings>): AsyncGenerator<Member> {
  const { nameOf } = await import('./repository.ts');
  const id = await nameOf(context);
  yield { id, title: id };
}

const commits: Stream<GitSettings> = {
  yields: ['commit'],
  version: 2,
  memberField: 'repository',
  members,
  async *pull(context, member, cursor) {
    const { pullCommits } = await import('./commits.ts');
    yield* pullCommits(context, member, cursor);
  },
};

const tags: Stream<GitSettings> = {
  yields: ['tag'],
  version: 1,
  memberField: 'repository',
  members,
  async *pull(context, member, cursor) {
    const { pullTags } = await import('./tags.ts');
    yield* pullTags(context, member, cursor);
  },
};

/** A git repository: a local clone, which is only read, or a remote one, of which a mirror is kept. */
export const git: Connector<GitSettings> = {
  kind: 'git',
  title: 'Commits with their line counts, and tags, of a git repository',
  settings: gitSettings,
  async check(context) {
    const { checkRepository } = await import('./check.ts');
    await checkRepository(context);
  },
  streams: { commits, tags },
};
