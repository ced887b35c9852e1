/** The program as its surfaces see it: the one place that wires the parts together. */
export { backtest } from './app/backtest.ts';
export { type App, UsageError } from './app/context.ts';
export {
  checkKeyResults,
  checkSources,
  type KeyResultCheck,
  listStreams,
  type SourceCheck,
} from './app/doctor/index.ts';
export { type Ingested, ingest, pushSource } from './app/ingest.ts';
export { type ChannelCheck, checkChannels, withRefusals } from './app/notify/check.ts';
export { type Notified, notify, type Preview, preview, sendTest } from './app/notify/index.ts';
export { explain, history, status } from './app/read.ts';
export { type Recorded, type RecordOptions, record } from './app/record.ts';
export { report } from './app/report.ts';
export { backfill, plan, sync, type UpdateResult, update } from './app/run.ts';
export { type Delivery, deliveryFailed } from './notify/deliver.ts';
