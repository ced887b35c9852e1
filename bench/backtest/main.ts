import { parseArgs } from 'node:util';
import { scoreOf } from '../../src/okr/forecast/score.ts';
import { readClone } from './git.ts';
import { HISTORY_METRICS } from './metrics.ts';
import { replay } from './replay.ts';
import { type Row, renderCells, renderPooled } from './table.ts';

const USAGE = `Usage: node bench/backtest/run.mjs [--from DATE] [--to DATE] [--earlier DAYS] [--json] NAME=GIT-DIRECTORY…
       node bench/backtest/run.mjs --time
`;

const { values, positionals } = parseArgs({
  options: {
    from: { type: 'string', default: '1970-01-01' },
    to: { type: 'string', default: '9999-12-31' },
    earlier: { type: 'string', default: '91' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

if (positionals.length === 0) {
  process.stderr.write(USAGE);
  process.exit(2);
}

const choice = { from: Date.parse(values.from), to: Date.parse(values.to), earlier: Number(values.earlier) };
const rows: Row[] = [];
for (const argument of positionals) {
  const [name = '', directory = ''] = argument.split('=');
  process.stderr.write(`${name}: reading\n`);
  const history = await readClone(directory);
  for (const metric of HISTORY_METRICS) {
    const cell = scoreOf(replay(history, metric, choice));
    rows.push({ history: name, commit: history.commit, metric: metric.id, cell });
    process.stderr.write(`${name}: ${metric.id}\n`);
  }
}
process.stdout.write(
  values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${renderCells(rows)}\n\n${renderPooled(rows)}\n`,
);
