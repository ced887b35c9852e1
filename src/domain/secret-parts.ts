/** Shorter parts of an address are words, not keys. */
const SHORTEST_PART = 16;

/** A secret, and of an address also the parts that open it: error messages of others quote them alone. */
export function secretParts(text: string): readonly string[] {
  if (text === '') return [];
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.host === '') return [text];
  const { href, pathname, search, searchParams, username, password } = url;
  const inside = [
    `${pathname}${search}`,
    pathname,
    ...pathname.split('/'),
    ...searchParams.values(),
    username,
  ];
  const long = inside.filter((part) => part.length >= SHORTEST_PART);
  const secret = password === '' ? long : [...long, password];
  return [...new Set([text, href, ...secret, ...secret.map(decoded)])];
}

/** As it is meant; a percent sign that begins no code stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
