import { status } from '../../app.ts';
import { renderStatus } from '../../report/terminal/status.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { detectTerminal } from '../output/terminal.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

export async function statusCommand(
  io: Io,
  flags: GlobalFlags,
  cycle: string | undefined,
): Promise<ExitCode> {
  const model = await withApp(io, flags, 'read', 'status', (app) => status(app, asOfTime(io, flags), cycle));
  if (flags.json) printJson(io, model);
  else print(io, renderStatus(model, detectTerminal(io.stdout, io.env)));
  return EXIT.ok;
}
