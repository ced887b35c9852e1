import { explain, history, plan } from '../../app.ts';
import { renderExplain } from '../../report/terminal/explain.ts';
import { renderHistory } from '../../report/terminal/history.ts';
import { renderPlan } from '../../report/terminal/plan.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { detectTerminal } from '../output/terminal.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

export async function planCommand(io: Io, flags: GlobalFlags): Promise<ExitCode> {
  const model = await withApp(io, flags, 'read', 'plan', (app) => plan(app, asOfTime(io, flags)));
  if (flags.json) printJson(io, model);
  else print(io, renderPlan(model, detectTerminal(io.stdout, io.env)));
  return EXIT.ok;
}

export async function explainCommand(
  io: Io,
  flags: GlobalFlags,
  name: string,
  options: { readonly all?: boolean },
): Promise<ExitCode> {
  const asked = flags.asOf === undefined ? null : asOfTime(io, flags);
  const model = await withApp(io, flags, 'read', 'explain', (app) => explain(app, name, asked));
  if (flags.json) printJson(io, model);
  else print(io, renderExplain(model, detectTerminal(io.stdout, io.env), options));
  return EXIT.ok;
}

export async function historyCommand(
  io: Io,
  flags: GlobalFlags,
  name: string,
  cycle: string | undefined,
): Promise<ExitCode> {
  const model = await withApp(io, flags, 'read', 'history', (app) =>
    history(app, name, asOfTime(io, flags), cycle),
  );
  if (flags.json) printJson(io, model);
  else print(io, renderHistory(model, detectTerminal(io.stdout, io.env)));
  return EXIT.ok;
}
