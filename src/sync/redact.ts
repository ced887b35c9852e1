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

function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  return [
    secret,
    encoded,
    encoded.replace(/%20/g, '+'),
    encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret, 'utf8').toString('hex'),
    ...base64Forms(secret),
  ];
}

/**
 * Takes secrets out of texts, as they are and in the encodings that tools put them into: base64 (alone or inside a
 * longer text such as `user:secret`), URL encoding, hexadecimal and JSON.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue;
    for (const form of formsOf(secret)) if (form.length >= SHORTEST) forms.add(form);
  }
  // The longest first: a short form inside a long one would leave the rest of it standing.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let redacted = text;
    for (const form of longestFirst) redacted = redacted.replaceAll(form, REDACTED);
    return redacted;
  };
}
