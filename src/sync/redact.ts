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

/** A pattern for a character as it is, percent-encoded, or escaped in JSON: encoders differ in what they leave alone. */
function characterPattern(character: string): string {
  const percent = [...Buffer.from(character, 'utf8')].map((byte) => `%${hexPattern(byte, 2)}`).join('');
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const escaped = units.map((unit) => `\\\\u${hexPattern(unit, 4)}`).join('');
  const forms = [literal(character), literal(JSON.stringify(character).slice(1, -1)), percent, escaped];
  if (character === ' ') forms.push('\\+');
  return `(?:${[...new Set(forms)].join('|')})`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function hexPattern(value: number, digits: number): string {
  const hex = value.toString(16).padStart(digits, '0');
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/**
 * Takes secrets out of texts, as they are and in the encodings that tools put them into: base64 (alone or inside a
 * longer text such as `user:secret`), URL encoding, hexadecimal and JSON.
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
    .map((form) => new RegExp([...form].map(characterPattern).join(''), 'g'));
  return (text) => {
    let redacted = text;
    for (const pattern of patterns) redacted = redacted.replace(pattern, REDACTED);
    return redacted;
  };
}
