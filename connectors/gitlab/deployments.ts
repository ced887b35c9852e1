import picomatch from 'picomatch';
import * as z from 'zod';
import type { Deployment, Instant } from '../../src/domain/records.ts';
import { pullChanges } from './changes.ts';
import { comparisonSchema, type DeploymentRow, deploymentSchema } from './schemas.ts';
import { webAddress } from './settings.ts';
import { type Pull, projectStream } from './stream.ts';

/** Those that are left out have not ended: they wait, run or are blocked. */
const ENDED: Readonly<Record<string, Deployment['status']>> = {
  success: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  skipped: 'cancelled',
};

const memorySchema = z.object({
  /** By environment, the last ones that succeeded, by the time they ended. */
  successes: z.record(z.string(), z.array(z.object({ id: z.string(), at: z.number(), commit: z.string() }))),
  /** Stored, and not succeeded so far. */
  pending: z.array(z.string()),
});
type Memory = z.infer<typeof memorySchema>;

const MOST_SUCCESSES = 10;
const MOST_ENVIRONMENTS = 300;
const MOST_PENDING = 500;
/** What stands for no predecessor's hash: this one is stored, and stays as it is. */
const SETTLED = 'settled';

/** Deployments with the commits that each brought: those since the one that succeeded before in its environment. */
export const deployments = projectStream({
  name: 'deployments',
  yields: ['deployment'],
  version: 1,
  async *pull(pull) {
    const { environments } = pull.context.settings;
    const isRead = environments === undefined ? () => true : picomatch([...environments], { dot: true });
    const stored =
      pull.cursor === null ? new Set<string>() : new Set(await pull.context.storedIds('deployment'));
    yield* pullChanges<DeploymentRow>(pull, {
      path: `${pull.project}/deployments?`,
      row: deploymentSchema,
      recordType: 'deployment',
      open: null,
      reconciles: false,
      remember: (memory, row) => remember(readMemory(memory), row, stored),
      record: async (row, hint) =>
        hint === SETTLED || !isRead(row.environment.name) ? null : toDeployment(pull, row, hint),
    });
  },
});

function readMemory(memory: unknown): Memory {
  const read = memorySchema.safeParse(memory);
  return read.success ? read.data : { successes: {}, pending: [] };
}

function remember(
  memory: Memory,
  row: DeploymentRow,
  stored: ReadonlySet<string>,
): { readonly memory: Memory; readonly hint: string | null } {
  const finishedAt = finishOf(row);
  // What succeeded stays as it is, whatever touches it later.
  if (stored.has(row.id) && !memory.pending.includes(row.id)) return { memory, hint: SETTLED };
  const pending = memory.pending.filter((id) => id !== row.id);
  if (row.status !== 'success' || finishedAt === null) {
    return { memory: { ...memory, pending: [...pending, row.id].slice(-MOST_PENDING) }, hint: null };
  }
  const { [row.environment.name]: before = [], ...others } = memory.successes;
  const base = before.findLast((one) => one.at < finishedAt && one.id !== row.id)?.commit ?? null;
  const own = [...before.filter(({ id }) => id !== row.id), { id: row.id, at: finishedAt, commit: row.sha }];
  const ofEnvironment = own.sort((a, b) => a.at - b.at).slice(-MOST_SUCCESSES);
  // The environment that was deployed to last stands last, and the first ones fall out.
  const entries = [...Object.entries(others), [row.environment.name, ofEnvironment] as const];
  return {
    memory: { pending, successes: Object.fromEntries(entries.slice(-MOST_ENVIRONMENTS)) },
    hint: base,
  };
}

function finishOf(row: DeploymentRow): Instant | null {
  if (ENDED[row.status] === undefined) return null;
  // One that another tool reported has no job.
  return row.deployable?.finished_at ?? row.updated_at;
}

async function toDeployment(pull: Pull, row: DeploymentRow, base: string | null): Promise<Deployment> {
  const { member, context } = pull;
  const environment = row.environment.name;
  const run = row.deployable?.pipeline ?? null;
  return {
    recordType: 'deployment',
    id: row.id,
    key: `${member} ${environment} ${row.sha.slice(0, 7)}`,
    title: `${row.ref ?? row.sha.slice(0, 7)} to ${environment}`,
    url: run?.web_url ?? `${webAddress(context.settings)}/${member}/-/environments`,
    repository: member,
    environment,
    commit: row.sha,
    gitRef: row.ref,
    status: ENDED[row.status] ?? 'running',
    run: run?.id ?? null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    finishedAt: finishOf(row),
    // A job's token may not compare commits.
    commits:
      base === null || context.settings.tokenType === 'job'
        ? null
        : await commitsBetween(pull, base, row.sha),
  };
}

async function commitsBetween(
  { client, project }: Pull,
  from: string,
  to: string,
): Promise<readonly string[]> {
  if (from === to) return [];
  const path = `${project}/repository/compare?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;
  const { commits } = await client.one(path, comparisonSchema);
  return commits.map(({ id }) => id);
}
