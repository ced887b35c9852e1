import type { Change, FieldValue, HistoryField, Instant, StatusCategory } from '../../src/domain/records.ts';
import type { Names } from './names.ts';
import type { ChangeItem, HistoryEntry } from './schemas.ts';
import { categoryOf, type KnownStatus, type Site } from './site.ts';

type Kind = 'status' | 'type' | 'labels' | 'sprint' | 'estimate' | 'versions' | 'parent';

/** A change of one field as the changelog has it, and when. */
export interface Logged {
  readonly at: Instant;
  readonly kind: Kind;
  readonly items: readonly ChangeItem[];
}

/** Which field of a ticket a changelog's item changes; null for all that is not kept. */
export function kindOf(item: ChangeItem, site: Site): Kind | null {
  const { field, fieldId, fieldtype } = item;
  const is = (known: { readonly id: string; readonly name: string } | null) =>
    known !== null &&
    (fieldId === null ? fieldtype === 'custom' && field === known.name : fieldId === known.id);
  if (is(site.sprint)) return 'sprint';
  if (site.storyPoints.some(is)) return 'estimate';
  if (is(site.epicLink)) return 'parent';
  // The epic link of Cloud has kept its entries where the field itself is gone.
  if (field === 'Epic Link' || field === 'IssueParentAssociation') return 'parent';
  if (fieldtype === 'custom') return null;
  if (field === 'status') return 'status';
  if (field === 'issuetype') return 'type';
  if (field === 'labels') return 'labels';
  if (field === 'Fix Version' || fieldId === 'fixVersions') return 'versions';
  return field === 'Parent' || field === 'Parent Issue' || fieldId === 'parent' ? 'parent' : null;
}

/** What of a changelog is kept, oldest first. Entries must be so. */
export function loggedChanges(entries: readonly HistoryEntry[], site: Site): Logged[] {
  const logged: Logged[] = [];
  for (const { created, items } of entries) {
    const byKind = new Map<Kind, ChangeItem[]>();
    for (const item of items) {
      const kind = kindOf(item, site);
      if (kind === null) continue;
      const before = byKind.get(kind);
      if (before) before.push(item);
      else byKind.set(kind, [item]);
    }
    for (const [kind, ofKind] of byKind) logged.push({ at: created, kind, items: ofKind });
  }
  return logged;
}

/** One field's way: what it was before, and what it became when. */
export interface Step<T> {
  readonly at: Instant;
  readonly from: T;
  readonly to: T;
}

/**
 * Steps as changes, each beginning where the one before it ended, and those that lead nowhere left out: some entries
 * are logged twice, under an old and a new name of the same field.
 */
export function changesOf<T extends FieldValue>(
  field: HistoryField,
  steps: readonly Step<T>[],
  same: (a: T, b: T) => boolean = Object.is,
): Change[] {
  const changes: Change[] = [];
  let before: T | undefined;
  for (const { at, from, to } of steps) {
    const was = before === undefined ? from : before;
    before = to;
    if (!same(was, to)) changes.push({ field, at, from: was, to });
  }
  return changes;
}

export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');
}

/** The ids in `12, 13`. */
export function idsIn(list: string | null): string[] {
  return (list ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** The sprint an issue is in, of all that it was ever in: the last that had not been closed by then, else the last. */
export function sprintAt(
  ids: readonly string[],
  texts: string | null,
  names: Names,
  at: Instant,
): string | null {
  const open = ids.filter((id) => (names.get('sprint', id)?.completedAt ?? Number.POSITIVE_INFINITY) > at);
  const id = open.at(-1) ?? ids.at(-1);
  if (id === undefined) return null;
  return names.get('sprint', id)?.name ?? textAt(ids, texts, ids.indexOf(id)) ?? id;
}

/** Names may hold commas; then only the whole is certain. */
function textAt(ids: readonly string[], texts: string | null, index: number): string | null {
  if (texts === null || texts === '') return null;
  const parts = texts.split(', ');
  return ids.length === 1 ? texts : parts.length === ids.length ? (parts[index] ?? null) : null;
}

/** Versions are logged one by one, added or removed: the lists are rebuilt backwards from today's. */
export function versionSteps(
  logged: readonly Logged[],
  current: readonly { readonly id: string; readonly name: string }[],
  names: Names,
): Step<readonly string[]>[] {
  const texts = new Map<string, string>();
  for (const { items } of logged) {
    for (const { from, fromText, to, toText } of items) {
      if (from !== null && fromText !== null) texts.set(from, fromText);
      if (to !== null && toText !== null) texts.set(to, toText);
    }
  }
  for (const { id, name } of current) texts.set(id, name);
  const nameOf = (id: string) => names.get('version', id)?.name ?? texts.get(id) ?? id;
  const steps: Step<readonly string[]>[] = [];
  let ids = current.map(({ id }) => id);
  for (const { at, items } of [...logged].reverse()) {
    const to = ids;
    for (const item of [...items].reverse()) {
      ids = ids.filter((id) => id !== item.to);
      if (item.from !== null && item.from !== '' && !ids.includes(item.from)) ids = [...ids, item.from];
    }
    steps.unshift({ at, from: ids.map(nameOf), to: to.map(nameOf) });
  }
  return steps;
}

export interface StatusAt {
  readonly name: string;
  readonly category: StatusCategory;
}

/** Words of statuses that are on no list any more, in the language that most sites use. */
const DONE_WORDS = /\b(done|closed|resolved|complete[d]?|cancel+ed|released|rejected|won'?t|fixed)\b/i;
const NEW_WORDS = /\b(open|to ?do|backlog|new|reopened|created|selected|draft|triage)\b/i;

/**
 * Says what a status of a changelog is by today's list of the site. One that is gone from it is taken for the one
 * that has its name now, or judged by its words, and `warn` hears of it once.
 */
export function statusTeller(
  statuses: ReadonlyMap<string, KnownStatus>,
  warn: (name: string, category: StatusCategory) => void,
): (id: string | null, text: string | null) => StatusAt {
  const byName = new Map([...statuses.values()].map((status) => [status.name.toLowerCase(), status]));
  const guessed = new Map<string, StatusAt>();
  return (id, text) => {
    const known = statuses.get(id ?? '');
    if (known) return known;
    const name = text ?? id ?? '';
    const namesake = byName.get(name.toLowerCase());
    if (namesake) return { name, category: namesake.category };
    const before = guessed.get(name);
    if (before) return before;
    const key = DONE_WORDS.test(name) ? 'done' : NEW_WORDS.test(name) ? 'new' : 'indeterminate';
    const guess = { name, category: categoryOf(key) };
    guessed.set(name, guess);
    warn(name, guess.category);
    return guess;
  };
}
