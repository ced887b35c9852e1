/** An item's place in an order: the value it is sorted by, then its id, which no other shares. */
export type Place = readonly [number, number];

/** An opaque cursor that keeps its place while items come, go and move. */
export function encodeCursor(place: Place): string {
  return Buffer.from(`cursor:v2:${JSON.stringify(place)}`).toString('base64');
}

/** Null for a text that is no cursor. */
export function decodeCursor(cursor: string): Place | null {
  const match = /^cursor:v2:\[(-?[\d.]+),(-?[\d.]+)\]$/.exec(Buffer.from(cursor, 'base64').toString());
  return match ? [Number(match[1]), Number(match[2])] : null;
}

export function comparePlaces(a: Place, b: Place): number {
  return a[0] - b[0] || a[1] - b[1];
}
