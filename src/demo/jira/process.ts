/**
 * The stand-in as a process of its own, for benchmarks: `node process.js --issues 5000 --latency 80 --seed 1`
 * prints `{"url": …}` in a line of its own when it is ready, and ends when it is told to or its input closes.
 */
import { parseArgs } from 'node:util';
import { generateTracker } from './company.ts';
import { startJiraStandIn } from './server.ts';

const { values } = parseArgs({
  options: {
    issues: { type: 'string', default: '195' },
    weeks: { type: 'string', default: '52' },
    seed: { type: 'string', default: '1' },
    latency: { type: 'string', default: '0' },
    port: { type: 'string', default: '0' },
    dialect: { type: 'string', default: 'cloud' },
    credentials: { type: 'string' },
  },
});

function whole(name: 'issues' | 'weeks' | 'seed' | 'latency' | 'port'): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name} wants a whole number, not ${values[name]}\n`);
  process.exit(2);
}

if (values.dialect !== 'cloud' && values.dialect !== 'server') {
  process.stderr.write(`--dialect is cloud or server, not ${values.dialect}\n`);
  process.exit(2);
}
const standIn = await startJiraStandIn({
  tracker: generateTracker({
    seed: whole('seed'),
    // Nothing changed within the minutes that every pull reads again.
    now: Date.now() - 3_600_000,
    weeks: whole('weeks'),
    issues: whole('issues'),
  }),
  dialect: values.dialect,
  credentials: values.credentials ?? null,
  latencyMs: whole('latency'),
  port: whole('port'),
});

async function stop(): Promise<void> {
  await standIn.close();
  process.exit(0);
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
// Whoever started it with a pipe is gone when the pipe closes; so no stand-in is left behind by a killed parent.
process.stdin.once('end', stop).once('error', stop).resume();

process.stdout.write(`${JSON.stringify({ url: standIn.url, projects: ['WEB', 'OPS'] })}\n`);
