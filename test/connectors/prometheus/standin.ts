import { type ServedTable, type TableServer, tableServer } from '../../support/table-server.ts';

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** The value at a moment (ms), as the server writes it; null where it has none. */
  readonly at: (at: number) => string | null;
}

interface Asked {
  readonly query: string;
  /** Milliseconds, all three. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export interface Standin {
  readonly url: string;
  readonly asked: readonly Asked[];
  readonly requests: TableServer['requests'];
  close(): Promise<void>;
}

/** Evaluates nothing: says what each query yields, in the form and within the bounds of a real server. */
export async function prometheusStandin(options: {
  readonly token?: string;
  readonly path?: string;
  readonly queries: Readonly<Record<string, readonly Series[] | ServedTable>>;
  /** Stands beside `data`. */
  readonly beside?: Readonly<Record<string, unknown>>;
}): Promise<Standin> {
  const asked: Asked[] = [];

  function answer(_: URL, body: string): ServedTable {
    const form = new URLSearchParams(body);
    const [start = 0, end = 0, step = 1] = ['start', 'end', 'step'].map(
      (name) => Number(form.get(name)) * 1000,
    );
    asked.push({ query: form.get('query') ?? '', start, end, step });
    if ((end - start) / step > 11_000)
      return refusal(400, 'bad_data', 'exceeded maximum resolution of 11,000 points');
    const found = options.queries[form.get('query') ?? ''];
    if (found === undefined) return refusal(400, 'bad_data', '1:1: parse error: unexpected end of input');
    if ('text' in found) return found;
    const result = found.flatMap(({ metric, at }) => {
      const values: [number, string][] = [];
      for (let time = start; time <= end; time += step) {
        const value = at(time);
        if (value !== null) values.push([time / 1000, value]);
      }
      return values.length === 0 ? [] : [{ metric, values }];
    });
    return json({ status: 'success', data: { resultType: 'matrix', result }, ...options.beside });
  }

  const { path = '' } = options;
  const server = await tableServer({
    ...(options.token === undefined ? {} : { token: options.token }),
    answers: { [`${path}/api/v1/query_range`]: answer },
  });
  return { url: server.url + path, asked, requests: server.requests, close: server.close };
}

export function json(data: unknown): ServedTable {
  return { type: 'application/json', text: JSON.stringify(data) };
}

export function refusal(status: number, errorType: string, error: string): ServedTable {
  return { ...json({ status: 'error', errorType, error }), status };
}
