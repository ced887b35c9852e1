import { status } from '../../app.ts';
import { renderStatus } from '../../report/terminal/status.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { detectTerminal } from '../output/terminal.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

export interface StatusFlags {
  readonly cycle?: string;
  readonly by?: 'team' | 'owner' | 'focus-area';
  readonly owner?: string;
  readonly team?: string;
  readonly focusArea?: string;
}

export async function statusCommand(io: Io, flags: GlobalFlags, options: StatusFlags): Promise<ExitCode> {
  const model = await withApp(io, flags, 'read', 'status', (app) =>
    status(app, asOfTime(io, flags), options.cycle, options),
  );
  const by = options.by === 'focus-area' ? 'focusArea' : options.by;
  if (flags.json) printJson(io, model);
  else print(io, renderStatus(model, detectTerminal(io.stdout, io.env), by));
  return EXIT.ok;
}
