import type { PullContext } from '../../../connectors/contract.ts';
import type { ConnectorError } from '../../../connectors/errors.ts';
import { sql } from '../../../connectors/sql/index.ts';
import { queryId, type SqlSettings, sqlSettings } from '../../../connectors/sql/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext } from '../../support/pull-context.ts';

export const MAP = { series: 'cost', map: { time: 'day', value: 'amount' } };

/** More rows than one batch holds, in a table of `id`, `day` and `new`. */
export const SIGNUPS = `
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 619)
  INSERT INTO signups SELECT i, CASE i % 3 WHEN 0 THEN '2026-10-01' WHEN 1 THEN '2026-10-02' ELSE '2026-10-03' END, i % 7 FROM n;`;
export const SIGNUPS_QUERY = {
  query: 'SELECT id, day, new FROM signups',
  series: 'signups',
  map: { time: 'day', value: 'new', id: 'id' },
};

/** Drains the only query of a source. */
export async function pull(
  source: object,
  query: object,
  context: Partial<PullContext<SqlSettings>> = {},
  cursor: string | null = null,
) {
  const settings = sqlSettings.parse({ ...source, queries: [{ ...MAP, ...query }] });
  const [only] = settings.queries;
  if (only === undefined) throw new Error('no query');
  const pulled = await drain(sql.streams.rows, pullContext(settings, context), queryId(only), cursor);
  const samples = pulled.records as readonly Sample[];
  return {
    ...pulled,
    samples,
    values: samples.map(({ value }) => value),
    error: pulled.error as ConnectorError | null,
  };
}
