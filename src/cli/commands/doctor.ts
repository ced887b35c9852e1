import { checkChannels, checkKeyResults, checkSources, listStreams, withRefusals } from '../../app.ts';
import { renderDoctor } from '../../report/terminal/doctor.ts';
import { StoreError } from '../../store/errors.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { createLogger } from '../logger.ts';
import { detectTerminal } from '../output/terminal.ts';
import { asOfTime, type GlobalFlags, readConfiguration, withApp } from '../session.ts';

/** Fails only where a source or channel does: a key result without data is advice, for it may want nothing but time. */
export async function doctorCommand(io: Io, flags: GlobalFlags): Promise<ExitCode> {
  const asOf = asOfTime(io, flags);
  const configuration = await readConfiguration(io, flags);
  const { logger, hide } = createLogger(flags.logLevel, io.stderr);
  hide(configuration.secrets);
  const { signal, now } = io;
  const app = { configuration, signal, now, logger, fetch: globalThis.fetch };
  const [sources, streams, reached] = await Promise.all([
    checkSources(app),
    listStreams(app),
    checkChannels(app),
  ]);
  const failing = new Map(
    sources.flatMap(({ source, blocked }) => (blocked.length > 0 ? [[source, blocked] as const] : [])),
  );
  const check = { streams, failing, asOf };
  const stored = await whereStored(() =>
    withApp(io, flags, 'read', 'doctor', async (opened) => ({
      keyResults: await checkKeyResults(opened, check),
      channels: await withRefusals(reached, opened),
    })),
  );
  const keyResults = stored?.keyResults ?? (await checkKeyResults({ ...app, store: null }, check));
  const channels = stored?.channels ?? reached;
  const findings = { sources, channels, keyResults, pulled: stored !== null };
  if (flags.json) printJson(io, findings);
  else {
    const { timezone } = configuration;
    print(io, renderDoctor(findings, detectTerminal(io.stdout, io.env), { timezone }));
  }
  const silent = channels.some(({ problems }) => problems.length > 0);
  return failing.size === 0 && !silent ? EXIT.ok : EXIT.failed;
}

/** Null while there is no database. */
async function whereStored<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError && error.code === 'missing') return null;
    throw error;
  }
}
