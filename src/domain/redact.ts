/** Stands in a text where a secret was. */
export const REDACTED = '[redacted]';

/** Shorter values are no secrets, and would take ordinary words with them. */
const SHORTEST = 4;

/**
 * The forms that base64 of any text that holds the secret can show: one for each place its bytes can begin in a
 * group of three. The characters at the ends that also depend on the neighbours are left out.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms: string[] = [Buffer.from(bytes).toString('base64')];
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    forms.push(encoded.slice(first, last));
  }
  return forms.flatMap((form) => [form, form.replace(/\+/g, '-').replace(/\//g, '_')]);
}

/** The characters that encoders put before others, as themselves or as codes: `\`, `&`, `;`. */
const BACKSLASH = '%(?:25)*5[cC]';
const AMPERSAND = '(?:&|%(?:25)*26|\\\\u0026)';
const SEMICOLON = '(?:;|%(?:25)*3[bB])';

/** The names of HTML's and XML's own characters; all others are written as numbers. */
const NAMED: Readonly<Record<string, string>> = {
  '&': 'amp',
  '"': 'quot',
  "'": 'apos',
  '<': 'lt',
  '>': 'gt',
};

/** All backslashes before what they escape: to begin at each one of a long run takes its square. */
const ESCAPE = `(?:(?<!\\\\)\\\\+|(?<!${BACKSLASH})(?:${BACKSLASH})+)`;

/** A pattern for a form in every encoding; a run of backslashes is one part of it, for each can stand for several. */
function formPattern(form: string): RegExp {
  const parts = form.match(/\\+|[^\\]/gu) ?? [];
  const patterns = parts.map((one, index) => {
    if (one.startsWith('\\')) return backslashes(one.length, index === 0);
    // A run has the backslashes of what follows it, too.
    return characterPattern(one, parts[index - 1]?.startsWith('\\') === true ? `${ESCAPE}?` : ESCAPE);
  });
  return new RegExp(patterns.join(''), 'g');
}

function backslashes(count: number, isFirst: boolean): string {
  const [plain, coded] = isFirst ? ['(?<!\\\\)', `(?<!${BACKSLASH})`] : ['', ''];
  const one = `(?<!\\\\)\\\\+u005[cC]|${entity('\\')}`;
  return `(?:${plain}\\\\{${count},}|${coded}(?:${BACKSLASH}){${count},}|(?:${one}){${count}})`;
}

/**
 * A pattern for a character as it is, percent-encoded, escaped in JSON or as an entity of HTML, once or several times, and
 * one inside the other: encoders differ in what they leave alone, and a text inside JSON is often JSON itself.
 */
function characterPattern(character: string, escapes: string): string {
  const percent = [...Buffer.from(character, 'utf8')]
    .map((byte) => `%(?:25)*${hexPattern(byte, 2)}`)
    .join('');
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const escaped = units.map((unit) => `${escapes}u${hexPattern(unit, 4)}`).join('');
  const forms = [literal(character), percent];
  // Letters and digits are written as entities by nobody.
  if (!/[A-Za-z\d]/.test(character)) forms.unshift(entity(character));
  if (character === ' ') forms.push('\\+');
  const [, letter] = /^\\([bfnrt])$/.exec(JSON.stringify(character).slice(1, -1)) ?? [];
  if (letter !== undefined) forms.push(`${escapes}${letter}`);
  // What is escaped by a backslash can be encoded with it. Some write JSON in which a `</script>` ends nothing.
  const before = /["'/]/.test(character) ? `(?:${ESCAPE})?` : '';
  return `(?:${escaped}|${before}(?:${forms.join('|')}))`;
}

/** A character as an entity by its number or its name, also where the `&` of it was escaped again. */
function entity(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const names = [`#0*${code}`, `#[xX]0*${hexPattern(code, 1)}`];
  if (NAMED[character] !== undefined) names.push(NAMED[character]);
  const hash = names.map((name) => name.replace(/^#/, '(?:#|%(?:25)*23)'));
  return `${AMPERSAND}(?:amp${SEMICOLON})*(?:${hash.join('|')})${SEMICOLON}`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function hexPattern(value: number, digits: number): string {
  const hex = value.toString(16).padStart(digits, '0');
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** Letters and digits that are written as codes, which few encoders do. */
const CODED_WORD = /(?:(?:(?<!\\)\\+|(?<!%(?:25)*5[cC])(?:%(?:25)*5[cC])+)u00|%(?:25)*)([3-7][\dA-Fa-f])/g;

/** What of a run of letters and digits can be part of such a code that begins before it: all of it, or its beginning. */
const PART_OF_CODE = /^(?:u?0{0,2}|5?(?:25)*2?)[3-7]?$|^(?:(?:u?00|0|5?(?:25)*)[3-7])?[\dA-Fa-f]/;

/**
 * Of the runs of letters and digits in a form the longest, without what a `%` or `\` before it can make a code of: a
 * text whose coded letters were read does not hold the form unless it holds this.
 */
function anchorOf(form: string): string {
  return (form.match(/[A-Za-z\d]+/g) ?? [])
    .map((run) => run.replace(PART_OF_CODE, ''))
    .reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}

/**
 * Takes secrets out of texts, as they are and in the encodings that tools put them into: base64 (alone or inside a
 * longer text such as `user:secret`), URL encoding, hexadecimal, JSON and HTML, all but the first also of what was
 * encoded before.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue;
    const hex = Buffer.from(secret, 'utf8').toString('hex');
    for (const form of [secret, hex, hex.toUpperCase(), ...base64Forms(secret)]) {
      if (form.length >= SHORTEST) forms.add(form);
    }
  }
  // The longest first: a short form inside a long one would leave the rest of it standing.
  const patterns = [...forms]
    .sort((a, b) => b.length - a.length)
    .map((form) => ({ form, anchor: anchorOf(form), pattern: null as RegExp | null }));
  return (text) => {
    // Most texts hold no secret: to see so must cost less than to look for every form of every character.
    const words = text.replace(CODED_WORD, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    let redacted = text;
    for (const one of patterns) {
      // Also in the text itself, for what looks like a code may be none.
      if (!words.includes(one.anchor) && !text.includes(one.anchor)) continue;
      one.pattern ??= formPattern(one.form);
      redacted = redacted.replace(one.pattern, REDACTED);
    }
    return redacted;
  };
}

/** A value of plain data with every text in it made safe. */
export function withoutSecrets<T>(value: T, safe: (text: string) => string): T;
export function withoutSecrets(value: unknown, safe: (text: string) => string): unknown {
  if (typeof value === 'string') return safe(value);
  if (Array.isArray(value)) return value.map((one: unknown) => withoutSecrets(one, safe));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutSecrets(one, safe)]));
}

/** As much of a text as is shown from: an answer may be of any length. */
const MOST_READ = 64 * 1024;

/** A byte of a secret is written as no more characters than this: `\\\\\\u0061`, `%252561`. */
const LONGEST_CODE = 12;

/**
 * What a server said where it may repeat what it was sent: on one line of at most `longest` characters, without the
 * secrets. Cut only once they are out, for half a secret would not be found.
 */
export function inShort(text: string, secrets: readonly string[], longest: number): string {
  const longestSecret = secrets.reduce((most, one) => Math.max(most, Buffer.byteLength(one)), 0);
  const margin = LONGEST_CODE * longestSecret;
  const found = createRedactor(secrets)(text.slice(0, MOST_READ + margin));
  // What is cut in two stands at the very end.
  const whole = text.length > MOST_READ + margin ? found.slice(0, Math.max(0, found.length - margin)) : found;
  const line = whole.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/**
 * The first words of a text from elsewhere, at most `length` characters. A word is whole or left out: half a secret,
 * should the text be one, would be found by no redactor.
 */
export function firstWords(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text
    .slice(0, length + 1)
    .replace(/\S*$/, '')
    .trimEnd()}…`;
}
