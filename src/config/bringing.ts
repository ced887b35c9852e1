import type { RecordType } from '../domain/records.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { didYouMean } from './nearest.ts';
import type { KnownSource } from './sources.ts';
import type { Mapping } from './tree.ts';

const RECORD_NAMES: Readonly<Record<RecordType, string>> = {
  ticket: 'tickets',
  pull_request: 'pull requests',
  commit: 'commits',
  release: 'releases',
  tag: 'tags',
  deployment: 'deployments',
  build: 'builds',
  alert: 'alerts',
  sprint: 'sprints',
  worklog: 'worklogs',
  sample: 'samples',
};

interface Search {
  readonly holder: Mapping;
  readonly at: Place;
  readonly given: string | readonly string[] | undefined;
  readonly types: readonly RecordType[];
  readonly series?: readonly string[];
  /** The key that a fault is told at when no source, or more than one, brings them. */
  readonly blame: string;
  /** What reads the records, for the messages. */
  readonly reader: string;
  readonly sources: readonly KnownSource[];
  readonly context: Context;
}

/** The named sources, else the one that brings records of these types. */
export function sourcesBringing(search: Search): readonly string[] {
  const { holder, at, given, types, series, blame, sources } = search;
  const { reader, incomplete } = search.context;
  const wanted = namesOf(types, 'or');
  const yieldsSome = ({ yields }: KnownSource) => yields === null || types.some((type) => yields.has(type));
  if (given !== undefined) {
    const names = typeof given === 'string' ? [given] : given;
    for (const [index, name] of names.entries()) {
      const path = typeof given === 'string' ? ['source'] : ['source', index];
      const source = sources.find((one) => one.id === name);
      if (source === undefined) {
        const known = sources.map((one) => one.id);
        if (!incomplete)
          reader.fault(holder, at, path, `there is no source \`${name}\`${hintOf(name, known)}`);
      } else if (!yieldsSome(source)) {
        const message = `\`${name}\` is a ${source.kind} source and brings no ${wanted}, which ${search.reader} reads`;
        reader.fault(holder, at, path, message);
      }
    }
    return [...new Set(names)];
  }
  if (holder.source !== undefined) return [];
  let able = sources.filter(yieldsSome);
  // A series is named by its stream or after the kind that yields it, so two kinds that both bring samples are no doubt.
  const own = able.filter(({ kind, series: named }) =>
    series?.some((name) => named.has(name) || name.startsWith(`${kind}-`)),
  );
  if (own.length > 0) able = own;
  const doubtful = incomplete || able.some((one) => one.yields === null);
  if (able.length === 0 && !doubtful) {
    reader.fault(holder, at, [blame], `no source brings ${wanted}, which ${search.reader} reads`);
  }
  if (able.length > 1 && !doubtful) {
    const names = able.map((one) => `\`${one.id}\``).join(' and ');
    reader.fault(
      holder,
      at,
      [blame],
      `${names} all bring ${wanted}: say which with \`source\`, one id or a list`,
    );
  }
  return able.map((one) => one.id);
}

/** What people call records of these types. */
export function namesOf(types: readonly RecordType[], word: 'or' | 'and'): string {
  return types.map((type) => RECORD_NAMES[type]).join(` ${word} `);
}

function hintOf(name: string, known: readonly string[]): string {
  const hint = didYouMean(name, known);
  return hint === '' && known.length > 0 ? `; there are ${known.join(', ')}` : hint;
}
