import { type App, backfill, status, sync, type UpdateResult, update } from '../../app.ts';
import { formatCount } from '../../report/format.ts';
import { renderPlan } from '../../report/terminal/plan.ts';
import { renderStatus } from '../../report/terminal/status.ts';
import { renderSyncSummary } from '../../report/terminal/sync.ts';
import type { SyncEvent, SyncResult } from '../../sync/contract.ts';
import { EXIT, type ExitCode, type Io, print, printError, printJson } from '../io.ts';
import { deliveryCode, printDeliveries } from '../output/deliveries.ts';
import { createProgress } from '../output/progress.ts';
import { detectTerminal } from '../output/terminal.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

export async function syncCommand(io: Io, flags: GlobalFlags, only: readonly string[]): Promise<ExitCode> {
  const began = io.now();
  return withApp(io, flags, 'write', 'sync', async (app) => {
    const result = await withProgress(io, flags, (onEvent) => sync(app, onEvent, only));
    if (flags.json) printJson(io, result);
    else printSync(io, app, result, began);
    return exitCode(result);
  });
}

export async function updateCommand(io: Io, flags: GlobalFlags): Promise<ExitCode> {
  const began = io.now();
  const asked = flags.asOf === undefined ? null : asOfTime(io, flags);
  return withApp(io, flags, 'write', 'update', async (app) => {
    const result = await withProgress(io, flags, (onEvent) => update(app, asked, onEvent));
    if (flags.json) printJson(io, result);
    else {
      if (result.sync) printSync(io, app, result.sync, began);
      await printOutcome(io, app, result);
      printDeliveries(io, app.configuration, result.deliveries);
    }
    return exitCode(result.sync) || deliveryCode(result.deliveries);
  });
}

export async function backfillCommand(io: Io, flags: GlobalFlags): Promise<ExitCode> {
  const asOf = asOfTime(io, flags);
  return withApp(io, flags, 'write', 'backfill', async (app) => {
    const result = await backfill(app, asOf);
    if (flags.json) printJson(io, result);
    else {
      const { timezone } = app.configuration;
      print(io, renderPlan(result.plan, detectTerminal(io.stdout, io.env), { timezone, tense: 'recorded' }));
    }
    return EXIT.ok;
  });
}

async function printOutcome(io: Io, app: App, result: UpdateResult): Promise<void> {
  const terminal = detectTerminal(io.stdout, io.env);
  print(io, renderStatus(await status(app, Date.parse(result.plan.asOf)), terminal));
  print(
    io,
    result.recorded === 0
      ? 'Nothing new to record.'
      : `Recorded ${formatCount(result.recorded, 'check-in')}.`,
  );
}

async function withProgress<T>(
  io: Io,
  flags: GlobalFlags,
  work: (onEvent: (event: SyncEvent) => void) => Promise<T>,
): Promise<T> {
  const terminal = detectTerminal(io.stderr, io.env);
  const progress = createProgress({ stream: io.stderr, terminal, now: io.now, quiet: flags.json === true });
  try {
    return await work(progress.onEvent);
  } finally {
    progress.stop();
  }
}

function printSync(io: Io, app: App, result: SyncResult, began: number): void {
  const seconds = (io.now() - began) / 1000;
  printError(
    io,
    renderSyncSummary({ ...result, seconds }, detectTerminal(io.stderr, io.env), app.configuration),
  );
}

function exitCode(result: SyncResult | null): ExitCode {
  return result !== null && result.failures.length > 0 ? EXIT.failed : EXIT.ok;
}
