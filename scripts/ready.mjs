// Installs and builds what is missing, and says so while it takes long. Runs on bare Node, before anything is
// installed, so it imports nothing but Node's own modules.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

function main() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`krsync needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
  return install().then(build);
}

async function install() {
  const wanted = digest(['package-lock.json', 'package.json'], process.versions.modules);
  const stamp = join('node_modules', '.krsync-installed');
  if (read(stamp) === wanted) return;
  say('Installing dependencies. The first time this compiles SQLite and takes a minute or two.');
  // npm is found beside the node that runs this, also where PATH holds none.
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  await run('installing', command, [...args, 'ci', '--no-audit', '--no-fund'], headers());
  writeFileSync(stamp, wanted);
}

async function build() {
  const wanted = digest(
    [...files('src'), ...files('connectors'), 'scripts/build.mjs', 'scripts/bundle.mjs', 'package-lock.json'],
    '',
  );
  const stamp = join('dist', '.built');
  if (read(stamp) === wanted) return;
  say('Building.');
  await run('building', process.execPath, ['scripts/build.mjs'], {});
  mkdirSync('dist', { recursive: true });
  writeFileSync(stamp, wanted);
}

/** node-gyp would download Node's headers; where they are installed it is told to use those. */
function headers() {
  const prefix = dirname(dirname(process.execPath));
  const known = process.env.npm_config_nodedir ?? process.env.NPM_CONFIG_NODEDIR;
  if (known || !existsSync(join(prefix, 'include', 'node', 'node.h'))) return {};
  return { npm_config_nodedir: prefix };
}

function run(what, command, args, env) {
  const began = Date.now();
  const heartbeat = setInterval(
    () => say(`Still ${what} (${Math.round((Date.now() - began) / 1000)} s).`),
    15_000,
  );
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('error', (error) => fail(`${command} could not be started: ${error.message}`));
    child.on('close', (code) => {
      clearInterval(heartbeat);
      if (code !== 0) fail(`${what} failed; what went wrong is above.`);
      resolve();
    });
  });
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative('.', join(entry.parentPath, entry.name)))
    .sort();
}

function digest(paths, extra) {
  const hash = createHash('sha256').update(extra);
  for (const path of paths) hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

await main();
