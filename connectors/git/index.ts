import type { Connector, Member, PullContext, Stream } from '../contract.ts';
import { type GitSettings, gitSettings } from './settings.ts';

async function* members(context: PullContext<GitSettings>): AsyncGenerator<Member> {
  const { openRepository } = await import('./repository.ts');
  const id = context.settings.repository ?? (await openRepository(context).name());
  yield { id, title: id };
}

const commits: Stream<GitSettings> = {
  yields: ['commit'],
  version: 1,
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

/** A local clone. It is only read: nothing is fetched, nothing is written. */
export const git: Connector<GitSettings> = {
  kind: 'git',
  title: 'Commits with their line counts, and tags, of a local git clone',
  settings: gitSettings,
  async check(context) {
    const { openRepository } = await import('./repository.ts');
    const repository = openRepository(context);
    await repository.name();
    const tip = await repository.tip();
    if (tip.shallow) await repository.warnShallow();
  },
  streams: { commits, tags },
};
