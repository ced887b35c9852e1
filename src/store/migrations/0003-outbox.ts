import { iso } from './0001-foundation.ts';

/**
 * What waits to be sent, what was sent and what was given up; what each channel was last told of each topic; and the
 * channels that refused for good.
 */
export const outbox = `
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'failed', 'sent', 'given_up', 'folded')),
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  sent_at INTEGER,
  reference TEXT,
  error TEXT,
  folded_into TEXT
) STRICT;
CREATE INDEX messages_waiting ON messages (state, channel, created_at);

CREATE TABLE channel_topics (
  channel TEXT NOT NULL,
  topic TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (channel, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE disabled_channels (
  channel TEXT PRIMARY KEY,
  settings_hash TEXT NOT NULL,
  disabled_at INTEGER NOT NULL,
  error TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW v_messages AS SELECT
  id, channel, kind, json_extract(body, '$.subject') AS subject, json_extract(body, '$.summary') AS summary,
  state, attempts, ${iso('created_at')}, ${iso('next_attempt_at')}, ${iso('sent_at')}, reference, error, folded_into
  FROM messages;
`;
