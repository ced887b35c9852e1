import { backtest, explain, history, plan } from '../../app.ts';
import { renderBacktest } from '../../report/terminal/backtest.ts';
import { renderExplain } from '../../report/terminal/explain.ts';
import { renderHistory } from '../../report/terminal/history.ts';
import { renderPlan } from '../../report/terminal/plan.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { detectTerminal } from '../output/terminal.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

export async function planCommand(io: Io, flags: GlobalFlags): Promise<ExitCode> {
  return withApp(io, flags, 'read', 'plan', async (app) => {
    const model = await plan(app, asOfTime(io, flags));
    if (flags.json) printJson(io, model);
    else print(io, renderPlan(model, detectTerminal(io.stdout, io.env), app.configuration));
    return EXIT.ok;
  });
}

export async function explainCommand(
  io: Io,
  flags: GlobalFlags,
  name: string,
  options: { readonly all?: boolean },
): Promise<ExitCode> {
  const asked = flags.asOf === undefined ? null : asOfTime(io, flags);
  return withApp(io, flags, 'read', 'explain', async (app) => {
    const model = await explain(app, name, asked);
    const { timezone } = app.configuration;
    if (flags.json) printJson(io, model);
    else print(io, renderExplain(model, detectTerminal(io.stdout, io.env), { timezone, ...options }));
    return EXIT.ok;
  });
}

export async function historyCommand(
  io: Io,
  flags: GlobalFlags,
  name: string,
  options: { readonly cycle?: string; readonly all?: boolean },
): Promise<ExitCode> {
  return withApp(io, flags, 'read', 'history', async (app) => {
    const model = await history(app, name, asOfTime(io, flags), options.cycle);
    const { timezone } = app.configuration;
    if (flags.json) printJson(io, model);
    else
      print(
        io,
        renderHistory(model, detectTerminal(io.stdout, io.env), { timezone, all: options.all ?? false }),
      );
    return EXIT.ok;
  });
}

export async function backtestCommand(
  io: Io,
  flags: GlobalFlags,
  cycle: string | undefined,
): Promise<ExitCode> {
  return withApp(io, flags, 'read', 'backtest', async (app) => {
    const model = await backtest(app, asOfTime(io, flags), cycle);
    if (flags.json) printJson(io, model);
    else print(io, renderBacktest(model, detectTerminal(io.stdout, io.env)));
    return EXIT.ok;
  });
}
