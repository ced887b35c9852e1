import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readSent, type SampleFault } from '../../app/sent-samples.ts';
import { ingest, pushSource, UsageError } from '../../app.ts';
import { parseTime } from '../../config/times.ts';
import { EXIT, type ExitCode, type Io, print, printError, printJson } from '../io.ts';
import { type GlobalFlags, withApp } from '../session.ts';

const LARGEST = 64 * 1024 * 1024;
const SHOWN = 20;

export interface IngestFlags {
  readonly source?: string;
  readonly from?: string;
  readonly series?: string;
  readonly value?: string;
  readonly of?: string;
  readonly subject?: string;
  readonly at?: string;
  readonly key?: string;
  readonly title?: string;
  readonly url?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly label?: readonly string[];
}

interface Input {
  readonly name: string;
  readonly text: string;
}

/** Records samples from files or flags. A file with a fault records nothing; the others are not kept back by it. */
export async function ingestCommand(
  io: Io,
  flags: GlobalFlags,
  files: readonly string[],
  options: IngestFlags,
): Promise<ExitCode> {
  const inputs = files.length > 0 ? await readAll(io, files, options) : [fromFlags(options)];
  return withApp(io, flags, 'write', 'ingest', async (app) => {
    const { timezone } = app.configuration;
    const source = pushSource(app, options.source);
    const from = options.from === undefined ? null : parseTime(options.from, timezone);
    if (options.from !== undefined && from === null) {
      throw new UsageError(`--from takes a date or an ISO time, not '${options.from}'`);
    }
    const recorded: { file: string; samples: number; changed: number }[] = [];
    const faults: SampleFault[] = [];
    for (const { name, text } of inputs) {
      const sent = await readSent(name, text, { now: io.now(), timezone });
      if ('faults' in sent) faults.push(...sent.faults);
      else recorded.push({ file: name, ...(await ingest(app, source, sent.samples, from)) });
    }
    if (flags.json) printJson(io, { source, files: recorded, faults });
    else for (const { file, ...counts } of recorded) print(io, told(file, source, counts));
    if (faults.length === 0) return EXIT.ok;
    for (const { place, message } of faults.slice(0, SHOWN)) printError(io, `${place}: ${message}`);
    const more = faults.length > SHOWN ? `, ${faults.length - SHOWN} of them not shown` : '';
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults${more}`;
    printError(io, `${count}; nothing of ${files.length > 1 ? 'these files' : 'it'} was recorded.`);
    return recorded.length > 0 ? EXIT.failed : EXIT.usage;
  });
}

function told(file: string, source: string, counts: { samples: number; changed: number }): string {
  const { samples, changed } = counts;
  const what = samples === 1 ? '1 sample' : `${samples} samples`;
  const same = samples - changed;
  return `${file}: ${what} for ${source}${same === 0 ? '' : `, ${same === samples ? 'all' : same} of them known already`}.`;
}

async function readAll(
  io: Io,
  files: readonly string[],
  { source: _, from: __, ...fields }: IngestFlags,
): Promise<readonly Input[]> {
  const given = Object.keys(fields)[0];
  if (given !== undefined) throw new UsageError(`--${given} describes one sample: leave it out beside files`);
  const inputs: Input[] = [];
  for (const file of files) {
    inputs.push(
      file === '-' ? { name: 'standard input', text: await readStdin(io) } : await readOne(io, file),
    );
  }
  return inputs;
}

async function readOne(io: Io, file: string): Promise<Input> {
  const path = resolve(io.cwd, file);
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new UsageError(`${file} is not a file`);
    if (found.size > LARGEST) throw new UsageError(`${file} is larger than 64 MiB: send it in parts`);
    return { name: file, text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)) };
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${file} is not in UTF-8`);
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(`${file} cannot be read (${String(error.code)})`);
  }
}

async function readStdin({ stdin }: Io): Promise<string> {
  if (stdin === undefined) throw new UsageError('there is no standard input to read');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST) throw new UsageError('standard input is larger than 64 MiB: send it in parts');
    chunks.push(bytes);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function fromFlags({ source: _, from: __, label = [], value, of, ...fields }: IngestFlags): Input {
  if (fields.series === undefined || value === undefined) {
    throw new UsageError('give files, `-` for standard input, or --series NAME --value N');
  }
  const labels: Record<string, string> = {};
  for (const pair of label) {
    const [, name, held] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || held === undefined)
      throw new UsageError(`--label takes name=value, not '${pair}'`);
    labels[name] = held;
  }
  const sample = {
    ...fields,
    value: number('--value', value),
    ...(of === undefined ? {} : { of: number('--of', of) }),
    ...(label.length === 0 ? {} : { labels }),
  };
  return { name: fields.series, text: JSON.stringify([sample]) };
}

function number(flag: string, text: string): number {
  const parsed = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(parsed)) return parsed;
  throw new UsageError(`${flag} takes a number such as 12.5, not '${text}'`);
}
