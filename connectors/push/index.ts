import * as z from 'zod';
import type { Connector, Stream } from '../contract.ts';

const pushSettings = z
  .strictObject({})
  .describe('Samples that `krsync ingest` records from outside: a CI job, a script, a webhook.');

export type PushSettings = z.infer<typeof pushSettings>;

/** Its members are the series that were sent: each is as fresh as what was last sent of it, and no fresher. */
const samples: Stream<PushSettings> = {
  yields: ['sample'],
  version: 1,
  memberField: 'series',
  pushed: true,
  async *members() {
    // Whoever sends says which there are.
  },
  async *pull() {
    // Nothing is asked of anyone.
  },
};

/** What others send: `krsync ingest`. */
export const push: Connector<PushSettings> = {
  kind: 'push',
  title: 'Samples that a CI job or a script sends with `krsync ingest`',
  settings: pushSettings,
  check: async () => undefined,
  streams: { samples },
};
