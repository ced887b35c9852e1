import { connectors } from '../../../connectors/index.ts';
import { configurationJsonSchema } from '../../config/index.ts';
import { metrics } from '../../metrics/index.ts';
import { channels } from '../../notify/index.ts';
import { renderMetrics } from '../../report/terminal/metrics.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from '../io.ts';
import { detectTerminal } from '../output/terminal.ts';
import type { GlobalFlags } from '../session.ts';

export async function metricsCommand(io: Io, flags: GlobalFlags): Promise<ExitCode> {
  const list = [...metrics.values()].map(
    ({ id, title, unit, better, kind, aggregate, aggregates, definition, source, reads }) => ({
      id,
      title,
      unit,
      better,
      kind,
      aggregate,
      aggregates,
      definition,
      source,
      reads: Object.keys(reads),
    }),
  );
  if (flags.json) printJson(io, list);
  else print(io, renderMetrics(list, detectTerminal(io.stdout, io.env)));
  return EXIT.ok;
}

export async function schemaCommand(io: Io): Promise<ExitCode> {
  printJson(io, configurationJsonSchema({ connectors, metrics, channels }));
  return EXIT.ok;
}
