import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import * as z from 'zod';
import {
  ConfigError,
  type ConfigFault,
  type Configuration,
  loadConfiguration,
} from '../../../src/config/index.ts';
import type { SourceKind } from '../../../src/config/registry.ts';
import { metrics } from '../../../src/metrics/index.ts';
import { channels } from '../../../src/notify/index.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A new folder with these files in it, removed after the test. */
export async function workspace(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'krsync-config-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const report = z.strictObject({ path: z.string(), subject: z.string().optional() });

/** Kinds of source with settings of every shape that a connector may have. */
export const connectors: Readonly<Record<string, SourceKind>> = {
  github: {
    settings: z.strictObject({
      token: z.string().min(1).optional(),
      repositories: z.array(z.string()).min(1),
      pageSize: z.int().min(1).max(100).default(100),
      archived: z.boolean().default(false),
    }),
    streams: {
      issues: { yields: ['ticket'] },
      pulls: { yields: ['pull_request'] },
      releases: { yields: ['release'] },
    },
  },
  git: {
    settings: z.strictObject({ path: z.string() }),
    streams: { commits: { yields: ['commit'] }, tags: { yields: ['tag'] } },
  },
  coverage: {
    settings: z.strictObject({ reports: z.array(report).min(1) }),
    streams: { reports: { yields: ['sample'] } },
  },
  lighthouse: {
    settings: z.union([
      z.strictObject({ reports: z.array(report).min(1) }),
      z.strictObject({ server: z.strictObject({ url: z.url(), project: z.string(), token: z.string() }) }),
    ]),
    streams: { reports: { yields: ['sample'] } },
  },
  jira: {
    settings: z.strictObject({ projects: z.array(z.string()).optional() }),
    streams: {
      issues: { yields: ['ticket'] },
      sprints: { yields: ['sprint'] },
      worklogs: { yields: ['worklog'] },
    },
  },
  pipelines: {
    settings: z.strictObject({}),
    streams: { deployments: { yields: ['deployment'] }, builds: { yields: ['build'] } },
  },
  junit: {
    settings: z.strictObject({}),
    streams: { reports: { yields: ['sample'], series: ['tests', 'test-pass-rate', 'test-duration'] } },
  },
  vault: {
    settings: z
      .strictObject({
        keyFile: z.string().meta({ path: true }).optional(),
        path: z.string().meta({ path: false }).optional(),
        files: z.record(z.string(), z.string().meta({ path: true })).optional(),
        app: z.strictObject({ id: z.number(), privateKey: z.string() }).optional(),
        headers: z.record(z.string(), z.string()).optional(),
      })
      .refine((s) => s.path !== 'nowhere', { error: 'path leads nowhere', path: ['path'] }),
    streams: {},
  },
};

export { metrics };
export const NOW = Date.UTC(2026, 10, 24, 6);

export interface LoadInput {
  readonly path?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly now?: number;
}

/** Loads the folder `config` of a new workspace. */
export async function load(
  files: Readonly<Record<string, string | Uint8Array>>,
  { path = 'config', env = {}, now = NOW }: LoadInput = {},
): Promise<Configuration & { readonly cwd: string }> {
  const cwd = await workspace(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [`config/${name}`, content])),
  );
  return { cwd, ...(await loadConfiguration({ path, cwd, env, now, connectors, metrics, channels })) };
}

/** The faults of a configuration that must be refused. */
export async function faultsOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  input: LoadInput = {},
): Promise<readonly ConfigFault[]> {
  try {
    await load(files, input);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

/** `file:line:column path: message`, one for each fault. */
export async function refusal(
  files: Readonly<Record<string, string | Uint8Array>> | string,
  input: LoadInput = {},
): Promise<readonly string[]> {
  const faults = await faultsOf(typeof files === 'string' ? { 'a.yaml': files } : files, input);
  return faults.map((f) => `${f.file.replace('config/', '')}:${f.line}:${f.column} ${f.path}: ${f.message}`);
}

export const CYCLES = `cycles:
  - { id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }
`;

export const SOURCES = `sources:
  - id: gh
    kind: github
    repositories: [acme/web]
`;

export const OBJECTIVES = `objectives:
  - id: fast
    title: We ship small changes with confidence
    keyResults:
      - id: cycle-time
        title: Cut the median pull request cycle time to 24 h
        metric: { measure: pull-request-cycle-time }
        start: 52h
        target: 24h
`;

export const VALID = `${CYCLES}${SOURCES}${OBJECTIVES}`;

/** A valid configuration with the one key result as given: its keys but `id` and `title`, indented by nothing. */
export function withKeyResult(yaml: string, sources = SOURCES): string {
  const body = yaml
    .trim()
    .split('\n')
    .map((line) => `        ${line}\n`)
    .join('');
  return `${CYCLES}${sources}objectives:
  - id: o
    title: An objective
    keyResults:
      - id: kr
        title: A key result
${body}`;
}
