import { isUtf8 } from 'node:buffer';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Faults, Place } from './faults.ts';
import { type Environment, reasonOf } from './interpolate.ts';

export interface ConfigFile {
  /** As messages show it: from the working directory where it lies below it. */
  readonly file: string;
  readonly directory: string;
  readonly text: string;
}

export interface ConfigFiles {
  readonly files: readonly ConfigFile[];
  /** The configuration as a whole, for faults of no one file. */
  readonly whole: Place;
  /** The process's environment over that of the `.env` beside the files. */
  readonly environment: Environment;
}

const LARGEST_FILE = 1024 * 1024;

/** Reads the file, or every `*.yaml` and `*.yml` of the folder in the order of their names. */
export async function readFiles(
  path: string,
  cwd: string,
  env: Environment,
  faults: Faults,
): Promise<ConfigFiles> {
  const root = resolve(cwd, path);
  const whole = wholeFile(root, cwd);
  try {
    const isFolder = (await stat(root)).isDirectory();
    const folder = isFolder ? root : dirname(root);
    const paths = isFolder ? await yamlFilesIn(root) : [root];
    if (paths.length === 0) faults.add(whole, 'the folder holds no *.yaml file');
    const files: ConfigFile[] = [];
    for (const one of paths) {
      const text = await readText(one, wholeFile(one, cwd), faults);
      if (text !== null) files.push({ file: shown(one, cwd), directory: dirname(one), text });
    }
    // In the folder, or next to it: where `./config` is the folder, people keep `.env` at the top of the project.
    const next = isFolder ? await readDotenv(join(dirname(folder), '.env')) : {};
    const environment = { ...next, ...(await readDotenv(join(folder, '.env'))), ...defined(env) };
    return { files, whole, environment };
  } catch (error) {
    faults.add(
      whole,
      `the configuration cannot be read: ${reasonOf(error)}; --config names a folder or a file`,
    );
    return { files: [], whole, environment: env };
  }
}

async function yamlFilesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(folder, name));
}

async function readText(path: string, place: Place, faults: Faults): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) {
      faults.add(place, 'the file is larger than 1 MiB');
      return null;
    }
    const bytes = await readFile(path);
    if (isUtf8(bytes)) return bytes.toString('utf8');
    faults.add(place, 'the file is not UTF-8 text');
  } catch (error) {
    faults.add(place, `the file cannot be read: ${reasonOf(error)}`);
  }
  return null;
}

async function readDotenv(path: string): Promise<Environment> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    // Most configurations have none, and a name that is missing for it is told where it is used.
    return {};
  }
  const { parse } = await import('dotenv');
  return parse(text);
}

/** A variable that is set to undefined is not set, and hides none of the `.env`. */
function defined(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

function wholeFile(path: string, cwd: string): Place {
  return { file: shown(path, cwd), directory: dirname(path), line: 1, column: 1, path: '' };
}

function shown(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}
