import type { Selectable } from 'kysely';
import type {
  CheckIn,
  CheckInDetails,
  Forecast,
  FrozenStart,
  NewCheckIn,
  Outcome,
  Status,
} from '../domain/okr.ts';
import { sqlite, type Tables } from './builder.ts';
import type { Connection } from './connection.ts';
import type { CheckInStore } from './contract.ts';
import { StoreError } from './errors.ts';
import { writeTelling } from './outbox.ts';

type CheckInRow = Selectable<Tables['check_ins']>;

const CHECK_IN_COLUMNS = [
  'id',
  'run_id',
  'cycle_id',
  'objective_id',
  'key_result_id',
  'as_of',
  'value',
  'sample_size',
  'window_from',
  'window_to',
  'newest_at',
  'start',
  'target',
  'progress',
  'expected_progress',
  'computed',
  'shown',
  'outcome',
  'definition_hash',
  'author',
  'note',
  'corrects_id',
  'recorded_at',
  'forecast_p10',
  'forecast_p50',
  'forecast_p90',
  'forecast_probability',
  'confidence',
  'expires_at',
  'details',
] as const satisfies readonly (keyof CheckInRow)[];

/** A row as the driver's `raw` mode gives it: its values in the order of the columns. */
type Cells<Columns extends readonly (keyof CheckInRow)[]> = {
  readonly [I in keyof Columns]: CheckInRow[Columns[I]];
};
type CheckInCells = Cells<typeof CHECK_IN_COLUMNS>;

function toCheckIn(row: CheckInCells): CheckIn {
  return {
    id: row[0],
    runId: row[1],
    cycleId: row[2],
    objectiveId: row[3],
    keyResultId: row[4],
    asOf: row[5],
    value: row[6],
    sampleSize: row[7],
    window: { from: row[8], to: row[9] },
    newestAt: row[10],
    start: row[11],
    target: row[12],
    progress: row[13],
    expectedProgress: row[14],
    // Only this file writes the three, from values of the same types.
    computed: row[15] as Status,
    shown: row[16] as Status,
    outcome: row[17] as Outcome | null,
    definitionHash: row[18],
    author: row[19],
    note: row[20],
    correctsId: row[21],
    recordedAt: row[22],
    forecast: toForecast(row[23], row[24], row[25], row[26]),
    confidence: row[27],
    expiresAt: row[28],
    details: row[29] === null ? null : (JSON.parse(row[29]) as CheckInDetails),
  };
}

function toForecast(
  p10: number | null,
  p50: number | null,
  p90: number | null,
  probability: number | null,
): Forecast | null {
  if (p10 === null || p50 === null || p90 === null || probability === null) return null;
  return { p10, p50, p90, probability };
}

/** Of a cycle, one row at a time: every start of `status` reads them all, and rows as objects take three times as long. */
function readCheckIns(connection: Connection, cycleId: string): readonly CheckIn[] {
  const { sql: text, parameters } = sqlite
    .selectFrom('check_ins')
    .select(CHECK_IN_COLUMNS)
    .where('cycle_id', '=', cycleId)
    .orderBy('as_of')
    .orderBy('id')
    .compile();
  const rows = connection
    .prepare(text)
    .raw()
    .iterate(...parameters) as Iterable<CheckInCells>;
  return Array.from(rows, toCheckIn);
}

function toRow(checkIn: NewCheckIn, runId: number, recordedAt: number): Omit<CheckInRow, 'id'> {
  const numbers = {
    value: checkIn.value,
    start: checkIn.start,
    target: checkIn.target,
    progress: checkIn.progress,
    confidence: checkIn.confidence,
  };
  for (const [name, value] of Object.entries(numbers)) {
    // SQLite would store NaN as null, which means "no data".
    if (value === null || Number.isFinite(value)) continue;
    throw new StoreError(
      'invalid',
      `The check-in of ${checkIn.objectiveId}/${checkIn.keyResultId} has the ${name} ${value}, which is no number`,
    );
  }
  return {
    run_id: runId,
    cycle_id: checkIn.cycleId,
    objective_id: checkIn.objectiveId,
    key_result_id: checkIn.keyResultId,
    as_of: checkIn.asOf,
    sample_size: checkIn.sampleSize,
    window_from: checkIn.window.from,
    window_to: checkIn.window.to,
    newest_at: checkIn.newestAt,
    ...numbers,
    expected_progress: checkIn.expectedProgress,
    computed: checkIn.computed,
    shown: checkIn.shown,
    outcome: checkIn.outcome,
    definition_hash: checkIn.definitionHash,
    author: checkIn.author,
    note: checkIn.note,
    corrects_id: checkIn.correctsId,
    forecast_p10: checkIn.forecast?.p10 ?? null,
    forecast_p50: checkIn.forecast?.p50 ?? null,
    forecast_p90: checkIn.forecast?.p90 ?? null,
    forecast_probability: checkIn.forecast?.probability ?? null,
    confidence: checkIn.confidence,
    expires_at: checkIn.expiresAt,
    details: checkIn.details === null ? null : JSON.stringify(checkIn.details),
    recorded_at: recordedAt,
  };
}

function endRun(id: number, finishedAt: number, outcome: 'ok' | 'failed' | 'interrupted') {
  return sqlite.updateTable('runs').set({ finished_at: finishedAt, outcome }).where('id', '=', id);
}

/** The newest frozen start of each definition: an older one was replaced by a person. */
function readFrozenStarts(connection: Connection, cycleId: string): readonly FrozenStart[] {
  const rows = connection.all(
    sqlite.selectFrom('frozen_starts').selectAll().where('cycle_id', '=', cycleId).orderBy('id'),
  );
  const newest = new Map<string, FrozenStart>();
  for (const row of rows) {
    const key = JSON.stringify([row.objective_id, row.key_result_id, row.definition_hash]);
    newest.set(key, {
      cycleId: row.cycle_id,
      objectiveId: row.objective_id,
      keyResultId: row.key_result_id,
      definitionHash: row.definition_hash,
      value: row.value,
      at: row.at,
      reason: row.reason,
    });
  }
  return [...newest.values()];
}

/** Runs, check-ins, frozen starts and definitions. */
export function checkInStore(connection: Connection): CheckInStore {
  return {
    startRun: (run) =>
      connection.guard(() => {
        const row = { command: run.command, started_at: run.startedAt, as_of: run.asOf };
        return Number(connection.run(sqlite.insertInto('runs').values(row)).lastInsertRowid);
      }),

    finishRun: (id, finishedAt, outcome) =>
      connection.guard(() => {
        connection.run(endRun(id, finishedAt, outcome));
      }),

    lastRun: () =>
      connection.guard(() => {
        const run = sqlite
          .selectFrom('runs')
          .select(['id', 'command', 'started_at as startedAt', 'finished_at as finishedAt'])
          .select(['as_of as asOf', 'outcome'])
          .orderBy('id', 'desc')
          .limit(1);
        return connection.get(run) ?? null;
      }),

    lastEnded: (command, notAfter) =>
      connection.guard(() => {
        const newest = sqlite
          .selectFrom('runs')
          .select(({ fn }) => fn<number>('min', ['started_at', 'as_of']).as('at'))
          .select('outcome')
          .where('command', '=', command)
          .where('outcome', 'in', ['ok', 'failed'])
          .where('started_at', '<=', notAfter)
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(1);
        const run = connection.get(newest);
        return run === undefined ? null : { at: run.at, outcome: run.outcome === 'ok' ? 'ok' : 'failed' };
      }),

    checkIns: (cycleId) => connection.guard(() => readCheckIns(connection, cycleId)),

    frozenStarts: (cycleId) => connection.guard(() => readFrozenStarts(connection, cycleId)),

    definitions: (cycleId) =>
      connection.guard(() =>
        connection.all(
          sqlite
            .selectFrom('definitions')
            .select(['cycle_id as cycleId', 'objective_id as objectiveId', 'key_result_id as keyResultId'])
            .select(['hash', 'definition'])
            .where('cycle_id', '=', cycleId),
        ),
      ),

    recordCheckIns: ({ runId, asOf, recordedAt, checkIns, starts, definitions, outcome, tell }) =>
      connection.guard(() =>
        connection.transaction(() => {
          for (const { cycleId, objectiveId, keyResultId, hash, definition } of definitions) {
            connection.run(
              sqlite
                .insertInto('definitions')
                .values({
                  cycle_id: cycleId,
                  objective_id: objectiveId,
                  key_result_id: keyResultId,
                  hash,
                  definition,
                })
                .onConflict((conflict) =>
                  conflict
                    .columns(['cycle_id', 'objective_id', 'key_result_id', 'hash'])
                    .doUpdateSet({ definition }),
                ),
            );
          }
          for (const start of starts) {
            connection.run(
              sqlite.insertInto('frozen_starts').values({
                run_id: runId,
                cycle_id: start.cycleId,
                objective_id: start.objectiveId,
                key_result_id: start.keyResultId,
                definition_hash: start.definitionHash,
                value: start.value,
                at: start.at,
                reason: start.reason,
              }),
            );
          }
          const ids: number[] = [];
          for (const checkIn of checkIns) {
            const row = toRow(checkIn, runId, recordedAt);
            ids.push(Number(connection.run(sqlite.insertInto('check_ins').values(row)).lastInsertRowid));
          }
          if (tell !== undefined) {
            const rows = checkIns.map((one, i): CheckIn => ({ ...one, id: ids[i] ?? 0, runId, recordedAt }));
            writeTelling(connection, tell(rows));
          }
          connection.run(endRun(runId, recordedAt, outcome));
          if (asOf !== undefined) {
            connection.run(sqlite.updateTable('runs').set({ as_of: asOf }).where('id', '=', runId));
          }
          return ids;
        }),
      ),
  };
}
