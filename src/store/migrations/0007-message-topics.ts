/** What each unsent message tells, and what its channel was told of the same topic before; null for nothing. */
export const messageTopics = `
CREATE TABLE message_topics (
  message TEXT NOT NULL,
  topic TEXT NOT NULL,
  before TEXT,
  value TEXT,
  PRIMARY KEY (message, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_topics_topic ON message_topics (topic);
`;
