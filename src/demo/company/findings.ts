import { createHash } from 'node:crypto';
import { DAY } from '../../domain/time.ts';
import { createRandom, hashText, type Random } from '../random.ts';
import { dismissAlert, fixAlert, openCodeAlert, openDependabotAlert } from './alerts.ts';
import type { CodeAlert, DependabotAlert, Severity } from './alerts-model.ts';
import { WEEK } from './calendar.ts';
import { headAt, pullsOf, type Repository } from './model.ts';
import { developers } from './people.ts';
import { AREAS } from './vocabulary.ts';

/** Findings a week, in a repository of a few developers. */
const PACE = { dependabot: 0.9, code: 0.5 };
/** Open ones from before the history, most of which are fixed in its course. */
const BACKLOG = { dependabot: 6, code: 4 };

const SEVERITIES: readonly (readonly [Severity, number])[] = [
  ['critical', 1],
  ['high', 4],
  ['medium', 5],
  ['low', 3],
];
/** Median days to a fix. */
const PATIENCE: Readonly<Record<Severity, number>> = { critical: 3, high: 8, medium: 20, low: 45 };

const ADVISORIES = [
  ['undici', 'Credentials are sent along with a redirect to another host'],
  ['semver', 'A crafted range takes quadratic time'],
  ['ws', 'A request with many headers ends the process'],
  ['tough-cookie', 'Prototype pollution in the cookie jar'],
  ['word-wrap', 'Regular expression denial of service'],
  ['axios', 'A token leaks to the host of an absolute address'],
  ['vite', 'Files outside the root are served in development'],
  ['jsonwebtoken', 'Insecure default algorithm'],
  ['postcss', 'A line break is parsed as the end of a comment'],
  ['follow-redirects', 'Authorization is kept across hosts'],
  ['braces', 'Unbounded memory for nested patterns'],
  ['express', 'An open redirect through a malformed address'],
] as const;

const RULES: readonly CodeAlert['rule'][] = [
  { id: 'js/xss', description: 'Client-side cross-site scripting', severity: 'error', security: 'high' },
  {
    id: 'js/sql-injection',
    description: 'Query built from user-controlled sources',
    severity: 'error',
    security: 'high',
  },
  {
    id: 'js/incomplete-sanitization',
    description: 'Incomplete string escaping',
    severity: 'warning',
    security: 'medium',
  },
  { id: 'js/log-injection', description: 'Log injection', severity: 'error', security: 'medium' },
  { id: 'js/clear-text-logging', description: 'Clear-text logging', severity: 'error', security: 'high' },
  { id: 'js/unused-local-variable', description: 'Unused variable', severity: 'note', security: null },
  {
    id: 'js/useless-assignment',
    description: 'Useless assignment to local variable',
    severity: 'warning',
    security: null,
  },
];

/** Alerts over the weeks: some from before, most of them fixed by a merge that follows, a few dismissed. */
export function makeFindings(repository: Repository): void {
  const { company } = repository;
  const random = createRandom(company.seed ^ hashText(`${repository.name} findings`));
  const merges = pullsOf(repository).filter((pull) => pull.mergedAt !== null);
  const bots = merges.filter((pull) => pull.author?.type === 'Bot').map((pull) => pull.mergedAt ?? 0);
  const people = merges.filter((pull) => pull.author?.type !== 'Bot').map((pull) => pull.mergedAt ?? 0);
  for (const at of moments(random, repository, 'dependabot')) dependency(random, repository, at, bots);
  for (const at of moments(random, repository, 'code')) finding(random, repository, at, people);
}

function moments(random: Random, repository: Repository, kind: 'dependabot' | 'code'): number[] {
  const { now, weeks } = repository.company;
  const begins = now - weeks * WEEK;
  const before = Array.from({ length: BACKLOG[kind] }, () => begins - random.next() * 12 * WEEK);
  const during = Array.from(
    { length: Math.round(PACE[kind] * weeks) },
    () => begins + random.next() * weeks * WEEK,
  );
  return [...before, ...during].sort((a, b) => a - b);
}

function dependency(random: Random, repository: Repository, at: number, merges: readonly number[]): void {
  const [name, summary] = random.pick(ADVISORIES);
  const severity = random.weighted(SEVERITIES);
  const hash = createHash('sha1').update(`${repository.name} ${name} ${at}`).digest('hex');
  const letters = [...hash.slice(0, 12)].map((digit) => '23456789cfghjmpq'[Number.parseInt(digit, 16)]);
  const major = random.int(1, 8);
  const alert = openDependabotAlert(repository, {
    at,
    package: name,
    manifest: 'package-lock.json',
    scope: random.chance(0.7) ? 'runtime' : 'development',
    severity,
    advisory: {
      ghsa: `GHSA-${[0, 4, 8].map((from) => letters.slice(from, from + 4).join('')).join('-')}`,
      cve: `CVE-${new Date(at).getUTCFullYear()}-${random.int(10_000, 59_999)}`,
      summary: `${summary} in ${name}`,
      vulnerable: `< ${major}.${random.int(1, 20)}.0`,
      patched: `${major}.${random.int(21, 30)}.0`,
    },
  });
  resolve(random, alert, severity, merges, 'tolerable_risk');
}

function finding(random: Random, repository: Repository, at: number, merges: readonly number[]): void {
  const rule = random.pick(RULES);
  const alert = openCodeAlert(repository, {
    at,
    rule,
    path: `${random.pick(AREAS).path}/${random.pick(['index', 'form', 'client', 'view'])}.ts`,
    line: random.int(3, 240),
    sha: headAt(repository, at).sha,
  });
  resolve(random, alert, rule.security ?? 'low', merges, 'false positive');
}

/** Fixed by the first merge after a while, where there is one; the newest stay open. */
function resolve<A extends DependabotAlert | CodeAlert>(
  random: Random,
  alert: A,
  severity: Severity,
  merges: readonly number[],
  reason: A['dismissedReason'],
): void {
  const { company } = alert.repository;
  const due = alert.createdAt + random.logNormal(PATIENCE[severity], 0.8) * DAY;
  const dismissed = random.chance(0.1);
  const by = random.pick(developers(company));
  if (due >= company.now) return;
  if (dismissed) {
    dismissAlert(alert, reason, { at: due, by });
    return;
  }
  let fixed = Number.POSITIVE_INFINITY;
  for (const at of merges) if (at >= due && at < fixed) fixed = at;
  if (fixed < company.now) fixAlert(alert, fixed);
}
