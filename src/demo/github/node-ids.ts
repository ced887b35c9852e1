/**
 * Global ids in the form that GitHub gives out since 2021: a prefix for the type, and base64url of a MessagePack
 * array of 0, the repository's id where the object lives in one, and the object's own id. Clients must take them as
 * opaque; they are made like the real ones because some clients look at them all the same.
 */
export type NodePrefix =
  | 'U'
  | 'A'
  | 'BOT'
  | 'O'
  | 'R'
  | 'I'
  | 'PR'
  | 'IC'
  | 'PRR'
  | 'PURC'
  | 'LA'
  | 'MI'
  | 'RE'
  | 'IT'
  | 'C'
  | 'REF'
  | 'EV'
  | 'DE'
  | 'DES'
  | 'WFR'
  | 'CS'
  | 'TA'
  | 'PVT'
  | 'PVTF'
  | 'PVTI'
  | 'PVTFV'
  | 'COMP';

function unsigned(value: number): readonly number[] {
  return [0xce, (value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** An object that belongs to no repository. */
export function nodeId(prefix: NodePrefix, id: number): string {
  return `${prefix}_${Buffer.from([0x92, 0x00, ...unsigned(id)]).toString('base64url')}`;
}

/** An object of a repository, by its own number or, for git's objects, by a text. */
export function nodeIdIn(
  prefix: NodePrefix,
  repository: { readonly id: number },
  id: number | string,
): string {
  const own = typeof id === 'number' ? unsigned(id) : [0xd9, Buffer.byteLength(id), ...Buffer.from(id)];
  return `${prefix}_${Buffer.from([0x93, 0x00, ...unsigned(repository.id), ...own]).toString('base64url')}`;
}

/** The numbers inside a global id; null for a text that is none, and for git's objects. */
export function decodeNodeId(text: string): { prefix: string; repository: number | null; id: number } | null {
  const separator = text.indexOf('_');
  if (separator < 0) return null;
  const bytes = Buffer.from(text.slice(separator + 1), 'base64url');
  const prefix = text.slice(0, separator);
  if (bytes[0] === 0x92 && bytes.length === 7) return { prefix, repository: null, id: bytes.readUInt32BE(3) };
  if (bytes[0] === 0x93 && bytes.length === 12) {
    return { prefix, repository: bytes.readUInt32BE(3), id: bytes.readUInt32BE(8) };
  }
  return null;
}
