import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { connectors } from '../../connectors/index.ts';
import { createProgram } from '../../src/cli/program.ts';
import { loadConfiguration } from '../../src/config/index.ts';
import { metrics as catalogue } from '../../src/metrics/index.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json')) as { version: string; engines: { node: string } };

/** What a set of arguments names that the command line does not have. */
function unknownIn(args: readonly string[]): string[] {
  const program = createProgram({} as Parameters<typeof createProgram>[0], '0.0.0', () => undefined);
  const name = args.find((one) => program.commands.some((command) => command.name() === one));
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return [`no command in ${args.join(' ')}`];
  const known = new Set([...program.options, ...command.options].flatMap(({ long, short }) => [long, short]));
  return args.filter((one) => one.startsWith('-') && one !== '--' && !known.has(one));
}

const servePort = createProgram({} as Parameters<typeof createProgram>[0], '0.0.0', () => undefined)
  .commands.find((command) => command.name() === 'serve')
  ?.options.find(({ long }) => long === '--port')?.defaultValue as string;

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // What is asserted differs by kind.
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
  readonly [section: string]: any;
}

function resources(file: string): Resource[] {
  return parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((one) => one.toJS() as Resource);
}

describe('the image', () => {
  const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
  const lines = (keyword: string): string[] =>
    Array.from(dockerfile.matchAll(new RegExp(`^\\s*${keyword}\\s+(.+)$`, 'gm')), ([, rest = '']) =>
      rest.trim(),
    );

  it('copies what is there and what .dockerignore lets in, and nothing that it keeps out', () => {
    const copied = lines('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .flatMap((rest) => rest.split(/\s+/).slice(0, -1));
    expect(copied.length).toBeGreaterThan(5);
    const ignored = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignored[0]).toBe('*');
    const admitted = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(admitted, path).toContain(path);
    }
    expect(admitted.filter((path) => !copied.includes(path))).toEqual([]);
    const kept = ignored.slice(1).filter((line) => !line.startsWith('!'));
    for (const secret of ['config/.env', 'src/krsync.db', 'config/krsync.db-wal']) {
      expect(
        kept.some((glob) => picomatch(glob, { dot: true })(secret)),
        secret,
      ).toBe(true);
    }
  });

  it('builds and runs on one pinned Node that the package supports', () => {
    const images = lines('FROM').map((rest) => rest.split(' ')[0]);
    expect(new Set(images).size).toBe(1);
    const [, major, minor] = /^node:(\d+)\.(\d+)\.\d+-bookworm-slim$/.exec(images[0] ?? '') ?? [];
    const [, least = ''] = /^>=20\.(\d+)$/.exec(manifest.engines.node) ?? [];
    expect(Number(major)).toBe(20);
    expect(Number(minor)).toBeGreaterThanOrEqual(Number(least));
  });

  it('compiles with the headers that it holds, so that it needs no download from nodejs.org', () => {
    const installs = lines('RUN').filter((rest) => rest.includes('npm ci'));
    expect(installs).toHaveLength(1);
    expect(installs[0]).toContain('npm_config_nodedir=/usr/local npm ci');
  });

  it('is read by its user also where the clone is read by its owner only', () => {
    const [, final = ''] = dockerfile.split(/^FROM .+$/m).slice(1);
    const copied = Array.from(final.matchAll(/^COPY (?!--from)(.+)$/gm), ([, rest = '']) =>
      rest.split(/\s+/).slice(0, -1),
    ).flat();
    const [, readable = ''] = /chmod -R a\+rX ([^&]+)/.exec(final) ?? [];
    expect(readable.trim().split(/\s+/).toSorted()).toEqual(copied.toSorted());
  });

  it('runs as no root, under an init, the command and the port that the program has', () => {
    expect(lines('USER')).toEqual(['1000:1000']);
    const [entry = [], command = []] = [...lines('ENTRYPOINT'), ...lines('CMD')]
      .filter((rest) => rest.startsWith('['))
      .map((rest) => JSON.parse(rest) as string[])
      .filter(([first]) => first !== 'node');
    expect(entry[0]).toBe('tini');
    expect(unknownIn([...entry, ...command])).toEqual([]);
    expect(lines('EXPOSE')).toEqual([servePort]);
    expect(dockerfile).toContain(`http://127.0.0.1:${servePort}/healthz`);
    const [, variable = ''] = /(KRSYNC_\w+)=/.exec(dockerfile) ?? [];
    expect(read('src/cli/session.ts')).toContain(`env.${variable}`);
  });

  it('its health check ends with 0 where something answers, and with 1 where nothing does', () => {
    const [, check = ''] = /HEALTHCHECK[^[]*CMD (\[.+\])$/m.exec(dockerfile) ?? [];
    const [program = '', ...args] = JSON.parse(check) as string[];
    const ask = (port: string): number | null =>
      spawnSync(
        program,
        args.map((one) => one.replace(servePort, port)),
      ).status;
    const answering = `require('node:http').createServer((q, r) => r.writeHead(q.url === '/healthz' ? 200 : 404).end()).listen(0, function () {
      const { spawnSync } = require('node:child_process');
      const child = require('node:child_process').spawn(process.argv[1], JSON.parse(process.argv[2]).map((one) => one.replace('${servePort}', this.address().port)));
      child.on('exit', (code) => process.exit(code));
    })`;
    expect(spawnSync(process.execPath, ['-e', answering, program, JSON.stringify(args)]).status).toBe(0);
    // Port 9, discard, is nobody's.
    expect(ask('9')).toBe(1);
  });

  it('compose gives it a disk of its own, a read-only root, and time to stop', () => {
    const { services, volumes } = parse(read('compose.yaml')) as Resource;
    const { krsync } = services;
    expect(krsync.ports).toEqual([`127.0.0.1:${servePort}:${servePort}`]);
    expect(krsync.volumes).toEqual(['./config:/config:ro', 'krsync-data:/data']);
    expect(Object.keys(volumes)).toEqual(['krsync-data']);
    expect(krsync).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
    expect(krsync.image).toBe(`krsync:${manifest.version}`);
    expect(Number.parseInt(krsync.stop_grace_period, 10)).toBeGreaterThan(10);
  });
});

describe('Kubernetes', () => {
  const pods = ['deployment.yaml', 'cronjob.yaml'].map((file) => {
    const found = resources(file).find(({ kind }) => ['Deployment', 'CronJob'].includes(kind));
    const template = found?.spec.template ?? found?.spec.jobTemplate.spec.template;
    return { file, controller: found, pod: template.spec };
  });

  it.each(pods)(
    '$file: one writer, no root, a read-only root, and arguments that there are',
    ({ controller, pod }) => {
      const [container] = pod.containers;
      if (controller?.kind === 'Deployment') {
        expect(controller.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
        expect(controller.spec.template.metadata.labels).toMatchObject(controller.spec.selector.matchLabels);
      } else expect(controller?.spec.concurrencyPolicy).toBe('Forbid');
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
      expect(container.securityContext).toMatchObject({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.image).toMatch(new RegExp(`/krsync:${manifest.version.replaceAll('.', '\\.')}$`));
      expect(unknownIn(container.args)).toEqual([]);
      const volumes = pod.volumes.map(({ name }: { name: string }) => name);
      for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
      for (const path of ['/config', '/data', '/tmp']) {
        expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toContain(
          path,
        );
      }
    },
  );

  it('what pods refer to is made by the same files or by the example', () => {
    const all = [...resources('deployment.yaml'), ...resources('config.example.yaml')];
    const named = (kind: string) =>
      all.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
    for (const { pod } of pods) {
      for (const volume of pod.volumes) {
        if (volume.configMap) expect(named('ConfigMap')).toContain(volume.configMap.name);
        if (volume.persistentVolumeClaim) {
          expect(named('PersistentVolumeClaim')).toContain(volume.persistentVolumeClaim.claimName);
        }
      }
      expect(named('Secret')).toContain(pod.containers[0].envFrom[0].secretRef.name);
    }
    for (const claim of all.filter(({ kind }) => kind === 'PersistentVolumeClaim')) {
      expect(claim.spec.accessModes).toEqual(['ReadWriteOnce']);
    }
    const service = all.find(({ kind }) => kind === 'Service');
    expect(service?.spec.ports).toMatchObject([{ port: Number(servePort), targetPort: 'http' }]);
  });

  it('probes ask for what is answered, at the port that is served', () => {
    const [container] = pods[0]?.pod.containers ?? [];
    expect(container.ports).toEqual([{ name: 'http', containerPort: Number(servePort) }]);
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(['/healthz', '/readyz']).toContain(probe.httpGet.path);
      expect(probe.httpGet.port).toBe('http');
    }
    expect(container.livenessProbe.httpGet.path).toBe('/healthz');
  });

  it('the example configuration is valid with the secrets of the example, on the schedule of the job', async () => {
    const [config, secret] = resources('config.example.yaml');
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': config?.data['okrs.yaml'] });
    const configuration = await loadConfiguration({
      path: join(folder, 'config'),
      cwd: folder,
      env: secret?.stringData,
      now: at('2026-11-24'),
      connectors,
      metrics: catalogue,
    });
    const job = pods[1]?.controller?.spec;
    expect(configuration).toMatchObject({ schedule: job.schedule, timezone: job.timeZone });
  });
});

describe('systemd', () => {
  const units = readdirSync(join(root, 'deploy/systemd')).filter((name) => /\.(service|timer)$/.test(name));

  it.each(units.filter((name) => name.endsWith('.service')))(
    '%s runs what the command line has, as nobody, and writes in one place',
    (name) => {
      const unit = read(`deploy/systemd/${name}`);
      const [, start = ''] = /^ExecStart=\/usr\/bin\/env krsync (.+)$/m.exec(unit) ?? [];
      expect(unknownIn(start.split(' '))).toEqual([]);
      expect(start).toContain('--database /var/lib/krsync/');
      expect(unit).toMatch(/^StateDirectory=krsync$/m);
      for (const line of [
        'DynamicUser=yes',
        'ProtectSystem=strict',
        'NoNewPrivileges=yes',
        'CapabilityBoundingSet=',
      ]) {
        expect(unit.split('\n')).toContain(line);
      }
    },
  );

  it('the units stand the check of systemd itself', (context) => {
    const checked = spawnSync(
      'systemd-analyze',
      ['verify', ...units.map((name) => join(root, 'deploy/systemd', name))],
      {
        encoding: 'utf8',
      },
    );
    if (checked.error !== undefined) context.skip('systemd-analyze is not installed');
    expect(checked.stderr.split('\n').filter((line) => line.includes('krsync'))).toEqual([]);
    expect(checked.status).toBe(0);
  });
});

describe('GitHub Actions', () => {
  interface Step {
    readonly name?: string;
    readonly run?: string;
    readonly if?: string;
  }
  const workflow = parse(read('deploy/github-actions/krsync.yml')) as Resource;
  const steps = workflow.jobs.update.steps as Step[];
  const script = (name: string): string => steps.find((step) => step.name === name)?.run ?? '';

  it('runs this version, with arguments that there are, one run at a time', () => {
    const commands = steps.flatMap(({ run = '' }) =>
      Array.from(run.matchAll(/npx --yes krsync@(\S+) ([^>\n]+)/g), ([, version, args = '']) => ({
        version,
        args,
      })),
    );
    expect(commands).toHaveLength(2);
    for (const { version, args } of commands) {
      expect(version).toBe(manifest.version);
      expect(unknownIn(args.trim().split(' '))).toEqual([]);
    }
    expect(workflow.concurrency).toEqual({ group: 'krsync', 'cancel-in-progress': false });
    expect(workflow.permissions).toEqual({ contents: 'write' });
  });

  it('keeps the database from run to run, in one commit, and never begins anew because it could not look', async () => {
    const folder = await tempFolder();
    const git = (cwd: string, ...args: string[]): string =>
      execFileSync('git', ['-C', cwd, ...args], { encoding: 'utf8', env: gitEnv(folder) }).trim();
    execFileSync('git', ['init', '-q', '--bare', join(folder, 'origin')], { env: gitEnv(folder) });
    const checkout = (name: string): string => {
      const path = join(folder, name);
      execFileSync('git', ['clone', '-q', `file://${join(folder, 'origin')}`, path], {
        env: gitEnv(folder),
        stdio: 'ignore',
      });
      return path;
    };
    const run = (cwd: string, step: string) =>
      spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script(step)], {
        cwd,
        encoding: 'utf8',
        env: { ...gitEnv(folder), BRANCH: workflow.jobs.update.env.BRANCH, RUNNER_TEMP: folder },
      });

    const first = checkout('first');
    expect(run(first, 'Fetch the database')).toMatchObject({ status: 0 });
    expect(existsSync(join(first, 'krsync.db'))).toBe(false);
    writeFileSync(join(first, 'krsync.db'), 'what was recorded');
    expect(run(first, 'Keep the database').status).toBe(0);

    const second = checkout('second');
    expect(run(second, 'Fetch the database').status).toBe(0);
    expect(readFileSync(join(second, 'krsync.db'), 'utf8')).toBe('what was recorded');
    writeFileSync(join(second, 'krsync.db'), 'and more');
    expect(run(second, 'Keep the database').status).toBe(0);
    expect(git(join(folder, 'origin'), 'rev-list', '--count', 'krsync-data')).toBe('1');

    const third = checkout('third');
    expect(run(third, 'Fetch the database').status).toBe(0);
    expect(readFileSync(join(third, 'krsync.db'), 'utf8')).toBe('and more');

    const cut = checkout('cut');
    git(cut, 'remote', 'set-url', 'origin', `file://${join(folder, 'gone')}`);
    expect(run(cut, 'Fetch the database').status).not.toBe(0);
    expect(existsSync(join(cut, 'krsync.db'))).toBe(false);
    expect(steps.find(({ name }) => name === 'Keep the database')?.if).toContain(
      "hashFiles('krsync.db') != ''",
    );
  });
});

/** Git as it comes, whatever this machine's user has set. */
function gitEnv(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
}

describe('Prometheus', () => {
  it('alerts ask only for what is told, by labels that it has', async () => {
    const told = await createMetrics('0.0.0', { process: false }).render({
      now: 0,
      status: null,
      ready: true,
      configurationValid: true,
      lastRun: null,
      nextRun: 0,
      runningSince: null,
    });
    const names = new Set(Array.from(told.matchAll(/^# TYPE (\S+) /gm), ([, name]) => name));
    const asked = Array.from(
      read('deploy/prometheus/krsync.rules.yml').matchAll(/krsync_\w+/g),
      ([name]) => name,
    );
    expect(asked.length).toBeGreaterThan(6);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
  });

  it('the rules stand their own tests', (context) => {
    const tested = spawnSync('promtool', ['test', 'rules', 'krsync.test.yml'], {
      cwd: join(root, 'deploy/prometheus'),
      encoding: 'utf8',
    });
    if (tested.error !== undefined) context.skip('promtool is not installed');
    expect(tested.stdout + tested.stderr).toContain('SUCCESS');
    expect(tested.status).toBe(0);
  });
});
