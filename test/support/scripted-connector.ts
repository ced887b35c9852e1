import * as z from 'zod';
import type { Connector } from '../../connectors/contract.ts';
import { type ScriptedSettings, scriptedTickets } from './scripted-stream.ts';

/** A connector without a network, of one stream that is always the same. */
export const scripted: Connector<ScriptedSettings> = {
  kind: 'scripted',
  title: 'Tickets from a script',
  settings: z.strictObject({
    projects: z.array(z.string()),
    batches: z.int(),
    perBatch: z.int(),
  }),
  async check() {
    return undefined;
  },
  streams: { tickets: scriptedTickets },
};
