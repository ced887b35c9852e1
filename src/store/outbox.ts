import type { Selectable } from 'kysely';
import { sqlite, type Tables } from './builder.ts';
import type { Connection } from './connection.ts';
import type { MessageState, OutboxRow, OutboxStore, Settlement, Telling } from './contract.ts';

function toOutboxRow(row: Selectable<Tables['messages']>): OutboxRow {
  return {
    id: row.id,
    channel: row.channel,
    kind: row.kind,
    body: JSON.parse(row.body),
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    sentAt: row.sent_at,
    reference: row.reference,
    error: row.error,
    foldedInto: row.folded_into,
  };
}

function toldOf(connection: Connection, channel: string, topic: string): string | null {
  const query = sqlite.selectFrom('channel_topics').select('value');
  const [row] = connection.all(query.where('channel', '=', channel).where('topic', '=', topic));
  return row?.value ?? null;
}

function setTold(connection: Connection, channel: string, topic: string, value: string | null): void {
  connection.run(
    value === null
      ? sqlite.deleteFrom('channel_topics').where('channel', '=', channel).where('topic', '=', topic)
      : sqlite
          .insertInto('channel_topics')
          .values({ channel, topic, value })
          .onConflict((conflict) => conflict.columns(['channel', 'topic']).doUpdateSet({ value })),
  );
}

/**
 * The channel was told no more than before this message: the next unsent one of the same topic follows on what stood
 * before it, and where none waits, the channel's memory goes back to that.
 */
function forget(connection: Connection, id: string): void {
  const unsent = sqlite.selectFrom('message_topics').innerJoin('messages', 'messages.id', 'message');
  const told = connection.all(
    unsent.select(['channel', 'topic', 'before', 'value']).where('message', '=', id),
  );
  for (const { channel, topic, before, value } of told) {
    const tellers = unsent.select('message').where('channel', '=', channel).where('topic', '=', topic);
    const inOrder = connection.all(tellers.orderBy('created_at').orderBy('messages.rowid' as 'id'));
    const next = inOrder[inOrder.findIndex(({ message }) => message === id) + 1];
    if (next !== undefined) {
      const row = sqlite.updateTable('message_topics').where('topic', '=', topic);
      connection.run(row.set({ before }).where('message', '=', next.message));
    } else if (toldOf(connection, channel, topic) === value) setTold(connection, channel, topic, before);
  }
  // What the digest would have told of what the limit kept back, the next one does.
  connection.run(sqlite.updateTable('messages').set({ folded_into: null }).where('folded_into', '=', id));
}

/** Inside a transaction of the caller's. */
export function writeTelling(connection: Connection, { messages, topics, folded }: Telling): void {
  for (const { id, channel, kind, body, state, createdAt } of messages) {
    const row = { id, channel, kind, state, body: JSON.stringify(body), attempts: 0 };
    const times = { created_at: createdAt, next_attempt_at: createdAt };
    connection.run(
      sqlite
        .insertInto('messages')
        .values({ ...row, ...times })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    );
  }
  for (const { channel, topic, value, message } of topics) {
    if (message !== null) {
      const before = toldOf(connection, channel, topic);
      connection.run(
        sqlite
          .insertInto('message_topics')
          .values({ message, topic, before, value })
          .onConflict((conflict) => conflict.doNothing()),
      );
    }
    setTold(connection, channel, topic, value);
  }
  for (const { id, into } of folded) {
    connection.run(sqlite.updateTable('messages').set({ folded_into: into }).where('id', '=', id));
  }
}

function changesOf(settlement: Settlement) {
  switch (settlement.state) {
    case 'sent': {
      const { state, at, reference } = settlement;
      return { state, sent_at: at, reference, error: null };
    }
    case 'failed': {
      const { state, nextAttemptAt, error } = settlement;
      return { state, next_attempt_at: nextAttemptAt, error };
    }
    case 'given_up': {
      const { state, error } = settlement;
      return { state, error };
    }
  }
}

const OVER: readonly MessageState[] = ['sent', 'given_up', 'folded'];

/** Messages on their way out, what channels were told, and channels that refused for good. */
export function outboxStore(connection: Connection): OutboxStore {
  return {
    tell: (telling) =>
      connection.guard(() => connection.transaction(() => writeTelling(connection, telling))),

    topics: () =>
      connection.guard(() => {
        const byChannel = new Map<string, Map<string, string>>();
        for (const { channel, topic, value } of connection.all(
          sqlite.selectFrom('channel_topics').selectAll(),
        )) {
          const topics = byChannel.get(channel) ?? new Map<string, string>();
          byChannel.set(channel, topics.set(topic, value));
        }
        return byChannel;
      }),

    outbox: (states) =>
      connection.guard(() =>
        connection
          .all(
            sqlite
              .selectFrom('messages')
              .selectAll()
              .where('state', 'in', states)
              .orderBy('created_at')
              .orderBy('rowid' as 'id'),
          )
          .map(toOutboxRow),
      ),

    messagesSince: (at, kinds) =>
      connection.guard(() => {
        const rows = connection.all(
          sqlite
            .selectFrom('messages')
            .select(({ fn }) => ['channel', fn.countAll<number>().as('count')])
            .where('created_at', '>=', at)
            .where('kind', 'in', kinds)
            .where('state', 'not in', ['folded', 'given_up'])
            .groupBy('channel'),
        );
        return new Map(rows.map(({ channel, count }) => [channel, count]));
      }),

    lastSent: () =>
      connection.guard(() => {
        const rows = connection.all(
          sqlite
            .selectFrom('messages')
            .select(({ fn }) => ['channel', fn.max('sent_at').as('at'), fn.max('created_at').as('createdAt')])
            .where('state', '=', 'sent')
            .groupBy('channel'),
        );
        return new Map(
          rows.flatMap(({ channel, at, createdAt }) =>
            at === null ? [] : [[channel, { at, createdAt }] as const],
          ),
        );
      }),

    attempt: (id) =>
      connection.guard(() => {
        connection.run(
          sqlite
            .updateTable('messages')
            .set(({ eb }) => ({ attempts: eb('attempts', '+', 1) }))
            .where('id', '=', id),
        );
      }),

    settle: (id, settlement) =>
      connection.guard(() => {
        connection.transaction(() => {
          connection.run(sqlite.updateTable('messages').set(changesOf(settlement)).where('id', '=', id));
          if (settlement.state === 'failed') return;
          if (settlement.state === 'given_up' && settlement.untold) forget(connection, id);
          const folded = sqlite.selectFrom('messages').select('id').where('folded_into', '=', id);
          connection.run(
            sqlite
              .deleteFrom('message_topics')
              .where(({ or, eb }) => or([eb('message', '=', id), eb('message', 'in', folded)])),
          );
        });
      }),

    disabledChannels: () =>
      connection.guard(() =>
        connection.all(
          sqlite
            .selectFrom('disabled_channels')
            .select(['channel', 'settings_hash as settingsHash', 'disabled_at as disabledAt', 'error']),
        ),
      ),

    disableChannel: ({ channel, settingsHash, disabledAt, error }) =>
      connection.guard(() => {
        const row = { settings_hash: settingsHash, disabled_at: disabledAt, error };
        connection.run(
          sqlite
            .insertInto('disabled_channels')
            .values({ channel, ...row })
            .onConflict((conflict) => conflict.column('channel').doUpdateSet(row)),
        );
      }),

    enableChannel: (channel) =>
      connection.guard(() => {
        connection.run(sqlite.deleteFrom('disabled_channels').where('channel', '=', channel));
      }),

    pruneOutbox: (before) =>
      connection.guard(() => {
        connection.run(
          sqlite
            .deleteFrom('messages')
            .where('state', 'in', OVER)
            .where('created_at', '<', before)
            // What the weekly limit kept back is over once a digest told it.
            .where(({ or, eb }) => or([eb('state', '!=', 'folded'), eb('folded_into', 'is not', null)])),
        );
      }),
  };
}
