/** The fields that a `tree=` asks for, each with those below it and a range of a list. */
interface Wanted {
  readonly fields: Map<string, Wanted> | null;
  readonly range: readonly [number, number] | null;
}

/** Jenkins' little language: `jobs[name,allBuilds[number]{0,100}]`. */
export function parseTree(text: string): Wanted {
  let at = 0;
  function fields(): Map<string, Wanted> {
    const found = new Map<string, Wanted>();
    for (;;) {
      const name = /^[\w*]+/.exec(text.slice(at))?.[0] ?? '';
      if (name === '') throw new Error(`a name is missing at ${at} of ${text}`);
      at += name.length;
      let inner: Map<string, Wanted> | null = null;
      if (text[at] === '[') {
        at += 1;
        inner = fields();
        at += 1;
      }
      const [range, from, to] = /^\{(\d*),(\d*)\}/.exec(text.slice(at)) ?? [];
      at += range?.length ?? 0;
      found.set(name, {
        fields: inner,
        range: range === undefined ? null : [Number(from || 0), to ? Number(to) : Number.POSITIVE_INFINITY],
      });
      if (text[at] !== ',') return found;
      at += 1;
    }
  }
  return { fields: fields(), range: null };
}

/** What of a value is shown. `_class` always is. */
export function pick(value: unknown, { fields, range }: Wanted): unknown {
  if (Array.isArray(value)) {
    const part = range === null ? value : value.slice(...range);
    return part.map((one) => pick(one, { fields, range: null }));
  }
  if (typeof value !== 'object' || value === null) return value;
  const shown: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (name === '_class') shown[name] = inner;
    else if (fields === null) {
      // Without names below it an object shows its plain fields.
      if (typeof inner !== 'object' || inner === null) shown[name] = inner;
    } else {
      const wanted = fields.get(name) ?? fields.get('*');
      if (wanted) shown[name] = pick(inner, wanted);
    }
  }
  return shown;
}
