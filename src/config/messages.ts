import type * as z from 'zod';
import { didYouMean, nearest } from './nearest.ts';

/** One thing wrong with a value, at a path inside it. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** The fault is the key itself, not what it holds. */
  readonly atKey: boolean;
  readonly message: string;
}

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

const NO_FORM = 'is in none of the accepted forms';
const SEPARATOR = '\n';

/** Words for what zod reports without words of the schema's own. */
export function messageOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeMessage(String(issue.expected), issue.input);
    case 'invalid_value':
      return choiceMessage(issue.values as readonly unknown[], issue.input);
    case 'unrecognized_keys':
      return unknownKeysMessage('key', issue.inst);
    case 'too_small':
      return boundMessage('at least', 'more than', issue.origin, issue.minimum, issue.inclusive);
    case 'too_big':
      return boundMessage('at most', 'less than', issue.origin, issue.maximum, issue.inclusive);
    case 'invalid_format':
      return formatMessage(issue);
    case 'invalid_union':
      if (Array.isArray(issue.options)) return choiceMessage(issue.options, valueAt(issue));
      return issue.input === undefined ? 'is missing' : NO_FORM;
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    default:
      return typeof issue.message === 'string' && issue.message !== '' ? issue.message : 'is not valid';
  }
}

/** Carries what a key is called, and the keys that exist, to `unfold`, which makes one problem of each unknown key. */
export function unknownKeysMessage(noun: string, schema: unknown): string {
  const shape = (schema as z.ZodObject | undefined)?.def?.shape;
  return [noun, ...(shape === undefined ? [] : Object.keys(shape))].join(SEPARATOR);
}

/** What a value is, for a message. Long or many-lined text is not repeated. */
export function describe(value: unknown): string {
  if (value === null) return 'empty';
  if (value === undefined) return 'missing';
  if (typeof value === 'string')
    return value.length <= 60 && !/[\r\n]/.test(value) ? `"${value}"` : 'that text';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return String(value);
}

/** An issue as problems: unknown keys one by one, and of the forms of a union the one that was probably meant. */
export function unfold(issue: Issue, prefix: readonly PropertyKey[]): readonly Problem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const [noun = 'key', ...known] = issue.message.split(SEPARATOR);
    return issue.keys.map((key) => ({
      path: [...path, key],
      atKey: true,
      message: unknownKey(key, known, noun),
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = probablyMeant(issue.errors);
    if (meant !== null) return meant.flatMap((one) => unfold(one, path));
    if (issue.message === NO_FORM) {
      const forms = new Set(issue.errors.flatMap((branch) => branch.map((one) => one.message)));
      return [{ path, atKey: false, message: [...forms].join(', or ') }];
    }
  }
  if ((issue.code === 'invalid_key' || issue.code === 'invalid_element') && issue.issues.length > 0) {
    return issue.issues.flatMap((one) => unfold(one, path)).map((p) => ({ ...p, atKey: true }));
  }
  return [{ path, atKey: false, message: issue.message }];
}

/** `unknown key `tittle`; did you mean `title`?`, or the list of the keys that exist. */
export function unknownKey(key: string, known: readonly string[], noun = 'key'): string {
  if (key === '<<') return 'merge keys (`<<`) are not supported; write the keys out';
  const hint = didYouMean(key, known);
  if (hint !== '') return `unknown ${noun} \`${key}\`${hint}`;
  return `unknown ${noun} \`${key}\`${known.length === 0 ? '' : `; known here: ${known.join(', ')}`}`;
}

/** The form whose outline fits: its faults lie inside the value, and are fewest. */
function probablyMeant(forms: readonly (readonly Issue[])[]): readonly Issue[] | null {
  let best: readonly Issue[] | null = null;
  for (const form of forms) if (fits(form) && (best === null || form.length < best.length)) best = form;
  return best;
}

function fits(form: readonly Issue[]): boolean {
  const unknown = form.flatMap((i) => (i.code === 'unrecognized_keys' && i.path.length === 0 ? i.keys : []));
  for (const { code, path, message } of form) {
    if (path.length === 0 && code !== 'unrecognized_keys') return false;
    // Its own key is not there, and none of the others is a misspelling of it.
    const own = path.length === 1 && isMissing(message) ? [String(path[0])] : null;
    if (own !== null && !unknown.some((key) => nearest(key, own) !== null)) return false;
  }
  return form.length > 0;
}

export function isMissing(message: string): boolean {
  return message.startsWith('is missing');
}

function typeMessage(expected: string, input: unknown): string {
  if (input === undefined) return 'is missing';
  if (input === null) return 'is empty: give it a value or leave the key out';
  const name = TYPE_NAMES[expected] ?? `a ${expected}`;
  const hint =
    expected === 'string' && typeof input !== 'object' ? `; write it in quotes: "${String(input)}"` : '';
  return `must be ${name}, not ${describe(input)}${hint}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'empty',
  undefined: 'left out',
};

/** `must be one of a, b, c, not "x"; did you mean `a`?` */
export function choiceMessage(values: readonly unknown[], input: unknown): string {
  if (input === undefined) return `is missing; it is one of ${values.join(', ')}`;
  const words = values.filter((v): v is string => typeof v === 'string');
  const hint = typeof input === 'string' ? didYouMean(input, words) : '';
  const choice = values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${values.join(', ')}`;
  return `${choice}, not ${describe(input)}${hint}`;
}

function boundMessage(
  atLeast: string,
  beyond: string,
  origin: unknown,
  bound: unknown,
  inclusive: unknown,
): string {
  const limit = `${inclusive === false ? beyond : atLeast} ${String(bound)}`;
  if (origin === 'string') return bound === 1 ? 'must not be empty' : `must have ${limit} characters`;
  if (origin === 'array' || origin === 'set')
    return bound === 1 ? 'must not be empty' : `must have ${limit} items`;
  return `must be ${limit}`;
}

function formatMessage(issue: RawIssue): string {
  const format = String(issue.format);
  if (format === 'regex') return `does not have the form ${String(issue.pattern)}`;
  const names: Readonly<Record<string, string>> = { url: 'a URL', email: 'an email address', date: 'a date' };
  return `must be ${names[format] ?? `in the form ${format}`}, not ${describe(issue.input)}`;
}

/** Of a union that is told apart by one key, what that key holds. */
function valueAt(issue: RawIssue): unknown {
  const { input, discriminator } = issue as { input?: unknown; discriminator?: unknown };
  if (typeof input !== 'object' || input === null || typeof discriminator !== 'string') return input;
  return (input as Readonly<Record<string, unknown>>)[discriminator];
}
