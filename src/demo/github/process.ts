/**
 * The stand-in as a process of its own, for benchmarks: `node process.js --issues 5000 --latency 80 --seed 1`
 * prints `{"url": …}` in a line of its own when it is ready, and ends when it is told to or its input closes.
 */
import { parseArgs } from 'node:util';
import { generateCompany } from '../company.ts';
import { startGitHubStandIn } from './server.ts';

const { values } = parseArgs({
  options: {
    issues: { type: 'string' },
    pulls: { type: 'string' },
    repositories: { type: 'string', default: '1' },
    weeks: { type: 'string', default: '52' },
    seed: { type: 'string', default: '1' },
    /** The end of the history, an ISO time; default now. */
    now: { type: 'string' },
    latency: { type: 'string', default: '0' },
    port: { type: 'string', default: '0' },
    token: { type: 'string' },
    /** Requests an hour, signed in or not; default GitHub's limits. */
    limit: { type: 'string' },
  },
});

function whole(
  name: 'issues' | 'pulls' | 'repositories' | 'weeks' | 'seed' | 'latency' | 'port' | 'limit',
): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name} wants a whole number, not ${values[name]}\n`);
  process.exit(2);
}

const now = values.now === undefined ? Date.now() : Date.parse(values.now);
if (Number.isNaN(now)) {
  process.stderr.write(`--now wants a time such as 2026-11-24T05:15:00Z, not ${values.now}\n`);
  process.exit(2);
}

const company = generateCompany({
  seed: whole('seed'),
  now,
  weeks: whole('weeks'),
  repositories: whole('repositories'),
  ...(values.issues === undefined ? {} : { issues: whole('issues') }),
  ...(values.pulls === undefined ? {} : { pulls: whole('pulls') }),
});
const limit = values.limit === undefined ? null : whole('limit');
const standIn = await startGitHubStandIn({
  company,
  warm: true,
  token: values.token ?? null,
  latencyMs: whole('latency'),
  port: whole('port'),
  ...(limit === null ? {} : { limits: { anonymous: limit, authenticated: limit, graphql: limit } }),
});

async function stop(): Promise<void> {
  await standIn.close();
  process.exit(0);
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
// Whoever started it with a pipe is gone when the pipe closes; so no stand-in is left behind by a killed parent.
process.stdin.once('end', stop).once('error', stop).resume();

const repositories = company.repositories.map((one) => `${one.owner.login}/${one.name}`);
process.stdout.write(`${JSON.stringify({ url: standIn.url, repositories })}\n`);
