// Installs Lighthouse, a Lighthouse CI server and Chromium where they are missing, and runs the tests that need real
// ones. Where no browser can be had it says so and leaves it at that.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const FOLDER = join(root, 'node_modules', '.cache', 'krsync-browsers');
const MANIFEST = {
  name: 'krsync-browsers',
  private: true,
  dependencies: { '@lhci/server': '0.15.1', lighthouse: '12.8.2', sqlite3: '6.0.1' },
  allowScripts: { sqlite3: true },
};

function main() {
  const chrome = findChrome() ?? installChrome();
  if (chrome === null)
    return skip('there is no Chrome, and none can be installed here (that needs root and apt)');
  if (!installTools()) return skip('Lighthouse and its CI server could not be installed');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'browsers'], {
    stdio: 'inherit',
    env: { ...process.env, KRSYNC_BROWSERS: FOLDER, CHROME_PATH: chrome },
  });
  process.exitCode = status ?? 1;
}

function findChrome() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (isExecutable(join(folder, name))) return join(folder, name);
  }
  return null;
}

function installChrome() {
  if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) return null;
  say('Installing Chromium. This takes a minute or two.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'chromium');
  return findChrome();
}

function installTools() {
  const wanted = JSON.stringify(MANIFEST, null, 2);
  const stamp = join(FOLDER, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  say('Installing Lighthouse and its CI server. This takes a minute or two.');
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), wanted);
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  const options = { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] };
  const { status } = spawnSync(command, [...args, 'install', '--no-audit', '--no-fund'], options);
  if (status !== 0) return false;
  writeFileSync(stamp, wanted);
  return true;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function skip(why) {
  say(`Skipped: ${why}. Nothing was tested with a real browser.`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

main();
