/** What cannot be told apart from any other text by accident, in a secret that every encoding changes. */
const CORE = 'zQ7canary';

/** Long behind its core: a text that is cut inside it would keep the core and be found by no redactor. */
export function canary(number: number): string {
  return `k&${coreOf(number)}/+"<of>\\the%=test~and/of+its&many"signs`;
}

function coreOf(number: number): string {
  return `${CORE}${String(number).padStart(3, '0')}`;
}

/** What base64 of any text with the core in it holds, wherever the core begins in a group of three bytes. */
const BASE64 = [0, 1, 2].map((offset) => {
  const encoded = Buffer.from('\0'.repeat(offset) + CORE).toString('base64');
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + CORE.length) * 8) / 6));
});
const HEX = Buffer.from(CORE).toString('hex');

/**
 * Where a text gives a canary away, each with what stands around it. The core is of letters and digits, which
 * percent-encoding and the escapes of JSON (also of JSON inside JSON), HTML and XML leave as they are, so that it shows
 * in each of them; and a part of a secret that was cut shows too.
 */
export function tracesIn(text: string): string[] {
  const found: string[] = [];
  for (const [form, part] of [
    ['as it is', CORE],
    ...BASE64.map((one) => ['in base64', one] as const),
    ['in hexadecimal', HEX],
    ['in hexadecimal', HEX.toUpperCase()],
  ] as const) {
    const at = text.indexOf(part);
    if (at >= 0) found.push(`${form}: ${text.slice(Math.max(0, at - 150), at + 60)}`);
  }
  return found;
}

/** A secret in every form that a server may repeat it in, another one first each time. */
export function echoOf(secret: string, first: number): string {
  const forms = formsOf(secret);
  return [...forms.slice(first % forms.length), ...forms.slice(0, first % forms.length)].join(' ');
}

export function formsOf(secret: string): readonly string[] {
  const base64 = ['', 'u', 'u:'].map((before) => Buffer.from(before + secret).toString('base64'));
  return [
    secret,
    ...base64,
    base64.map((one) => one.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')).join('.'),
    encodeURIComponent(secret),
    encodeURIComponent(encodeURIComponent(secret)),
    JSON.stringify(secret),
    JSON.stringify(JSON.stringify(secret)),
    Buffer.from(secret).toString('hex'),
  ];
}
