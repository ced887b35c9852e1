import { checkSources, plan } from '../../app.ts';
import { type Dataless, renderDoctor } from '../../report/terminal/doctor.ts';
import { StoreError } from '../../store/errors.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { createLogger } from '../logger.ts';
import { detectTerminal } from '../output/terminal.ts';
import { asOfTime, type GlobalFlags, readConfiguration, withApp } from '../session.ts';

export async function doctorCommand(io: Io, flags: GlobalFlags): Promise<ExitCode> {
  const configuration = await readConfiguration(io, flags);
  const { logger, hide } = createLogger(flags.logLevel, io.stderr);
  hide(configuration.secrets);
  const { signal, now } = io;
  const sources = await checkSources({ configuration, signal, now, logger, fetch: globalThis.fetch });
  const dataless = await withoutData(io, flags);
  if (flags.json) printJson(io, { sources, dataless });
  else {
    const { timezone } = configuration;
    print(io, renderDoctor({ sources, dataless }, detectTerminal(io.stdout, io.env), { timezone }));
  }
  return sources.every((source) => source.problems.length === 0) ? EXIT.ok : EXIT.failed;
}

/** Null while there is no database. */
async function withoutData(io: Io, flags: GlobalFlags): Promise<readonly Dataless[] | null> {
  try {
    const { entries } = await withApp(io, flags, 'read', 'doctor', (app) => plan(app, asOfTime(io, flags)));
    return entries
      .filter((entry) => entry.after.value === null)
      .map(({ objective, keyResult, after }) => ({
        keyResult: `${objective}/${keyResult}`,
        reason: after.note ?? 'no observations in the window',
      }));
  } catch (error) {
    if (error instanceof StoreError && error.code === 'missing') return null;
    throw error;
  }
}
