import { record, UsageError } from '../../app.ts';
import { isoTime } from '../../domain/time.ts';
import { formatValue, localClock } from '../../report/format.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

export interface RecordFlags {
  readonly reason?: string;
  readonly author?: string;
  readonly until?: string;
  readonly confidence?: string;
  readonly accept?: boolean;
  readonly start?: boolean;
}

export async function recordCommand(
  io: Io,
  flags: GlobalFlags,
  name: string,
  value: string | undefined,
  options: RecordFlags,
): Promise<ExitCode> {
  const author = options.author ?? io.env.USER ?? io.env.USERNAME;
  if (author === undefined || author === '') throw new UsageError('say who records this: --author NAME');
  if (options.reason === undefined)
    throw new UsageError('say why: --reason TEXT, so that whoever reads it knows');
  const { reason, until = null, confidence = null, accept = false, start = false } = options;
  return withApp(io, flags, 'write', 'record', async (app) => {
    const entry = { value: value ?? null, reason, author, until, confidence, accept, start };
    const recorded = await record(app, name, entry, asOfTime(io, flags));
    if (flags.json) printJson(io, recorded);
    else {
      const { keyResult, expiresAt } = recorded;
      const clock = localClock(app.configuration.timezone);
      const told = [
        recorded.value === null ? null : `value ${formatValue(recorded.value, keyResult.unit)}`,
        recorded.start === null ? null : `start ${formatValue(recorded.start, keyResult.unit)}`,
        recorded.confidence === null ? null : `confidence ${formatValue(recorded.confidence, 'share')}`,
        expiresAt === null
          ? null
          : `until ${clock.dateTime(isoTime(expiresAt))} ${clock.zone}, then automation resumes`,
      ].filter((one) => one !== null);
      print(io, `Recorded for ${keyResult.objectiveId}/${keyResult.id} by ${author}: ${told.join(', ')}.`);
    }
    return EXIT.ok;
  });
}
