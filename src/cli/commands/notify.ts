import { notify, preview, sendTest, UsageError } from '../../app.ts';
import { renderMessage } from '../../report/terminal/message.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { deliveryCode, printDeliveries } from '../output/deliveries.ts';
import { detectTerminal } from '../output/terminal.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

export interface NotifyFlags {
  readonly dryRun?: boolean;
  readonly test?: string;
}

export async function notifyCommand(io: Io, flags: GlobalFlags, options: NotifyFlags): Promise<ExitCode> {
  if (flags.asOf !== undefined) {
    throw new UsageError('notify tells how things stand now: leave --as-of out');
  }
  if (options.dryRun === true && options.test !== undefined) {
    throw new UsageError('--dry-run shows what waits, and --test sends a sample: give one of them');
  }
  const now = asOfTime(io, flags);
  if (options.dryRun === true) return dryRun(io, flags, now);
  return withApp(io, flags, 'write', 'notify', async (app) => {
    const { test } = options;
    const deliveries =
      test === undefined ? (await notify(app, now)).deliveries : [await sendTest(app, test, now)];
    if (flags.json) printJson(io, { deliveries });
    else if (!printDeliveries(io, app.configuration, deliveries)) print(io, 'Nothing to send.');
    return deliveryCode(deliveries);
  });
}

async function dryRun(io: Io, flags: GlobalFlags, now: number): Promise<ExitCode> {
  return withApp(io, flags, 'read', 'notify', async (app) => {
    const waiting = await preview(app, now);
    const terminal = detectTerminal(io.stdout, io.env);
    if (flags.json) printJson(io, waiting);
    else if (waiting.length === 0) print(io, 'Nothing to send.');
    for (const { channel, message, waiting: row } of flags.json ? [] : waiting) {
      const tried =
        row === null || row.attempts === 0
          ? ''
          : `, tried ${row.attempts === 1 ? 'once' : `${row.attempts} times`}: ${row.error ?? ''}`;
      print(io, `--- to channel ${channel} (${message.kind}${tried})`);
      print(io, renderMessage(message, terminal));
    }
    return EXIT.ok;
  });
}
