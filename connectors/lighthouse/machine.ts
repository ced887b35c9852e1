import { access, constants, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { ConnectorError } from '../errors.ts';
import type { RunPage } from './settings.ts';

/** https://github.com/GoogleChrome/chrome-launcher#api looks for the same. */
const CHROMES = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export interface Machine {
  readonly lighthouse: string;
  readonly chrome: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The Lighthouse and the Chrome that measure a page; an `input` error where either is absent. */
export async function findMachine(
  page: RunPage,
  directory: string,
  environment: Environment = process.env,
): Promise<Machine> {
  const local = [...binFolders(directory), ...binFolders(process.cwd())];
  const lighthouse = await findExecutable(page.command, directory, [...local, ...pathOf(environment)]);
  if (lighthouse === null) {
    throw absent(
      `There is no Lighthouse \`${page.command}\` on this machine`,
      page,
      'Install it with `npm install --global lighthouse`, or give its path as `command`',
    );
  }
  const named = page.chrome ?? (environment.CHROME_PATH || undefined);
  for (const name of named === undefined ? CHROMES : [named]) {
    const chrome = await findExecutable(name, directory, pathOf(environment));
    if (chrome !== null) return { lighthouse, chrome };
  }
  throw absent(
    named === undefined ? 'There is no Chrome on this machine' : `There is no Chrome at \`${named}\``,
    page,
    'Install Chrome or Chromium, and give its path as `chrome` or in CHROME_PATH',
  );
}

function absent(message: string, { url }: RunPage, remedy: string): ConnectorError {
  return new ConnectorError({ code: 'input', message, endpoint: `lighthouse ${url}`, remedy });
}

async function findExecutable(
  name: string,
  directory: string,
  folders: readonly string[],
): Promise<string | null> {
  const inFolders = folders.map((folder) => join(folder, name));
  const candidates = isAbsolute(name) || name.includes('/') ? [resolve(directory, name)] : inFolders;
  for (const path of candidates) if (await isExecutable(path)) return path;
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** `node_modules/.bin` of the folder and of those above it. */
function binFolders(directory: string): readonly string[] {
  const above = dirname(directory);
  const own = join(directory, 'node_modules', '.bin');
  return above === directory ? [own] : [own, ...binFolders(above)];
}

function pathOf({ PATH }: Environment): readonly string[] {
  return (PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}
