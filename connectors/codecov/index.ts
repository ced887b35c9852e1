import type { Connector, Stream } from '../contract.ts';
import { type CodecovSettings, codecovSettings } from './settings.ts';

const commits: Stream<CodecovSettings> = {
  yields: ['sample'],
  version: 1,
  series: ['coverage-lines'],
  async *members({ settings }) {
    for (const { repository } of settings.repositories) yield { id: repository, title: repository };
  },
  async *pull(context, member, cursor) {
    const repository = context.settings.repositories.find((each) => each.repository === member);
    if (!repository) return;
    const { pullCommits } = await import('./commits.ts');
    yield* pullCommits(context, repository, cursor);
  },
};

/** Codecov, hosted or self-hosted: the line coverage of a branch, commit by commit. */
export const codecov: Connector<CodecovSettings> = {
  kind: 'codecov',
  title: 'Line coverage of a branch by commit, flag and component, as Codecov keeps it',
  settings: codecovSettings,
  async check(context) {
    const { openCodecov } = await import('./api.ts');
    for (const repository of context.settings.repositories) {
      const api = openCodecov(context, repository);
      await api.commitsSince(repository.branch ?? (await api.defaultBranch()), Number.POSITIVE_INFINITY);
    }
  },
  streams: { commits },
};
