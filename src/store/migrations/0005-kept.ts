/** Each table with records, or with parts of them, and the type that a change of it changes. */
const TABLES = [
  ['tickets', 'ticket'],
  ['ticket_changes', 'ticket'],
  ['pull_requests', 'pull_request'],
  ['pull_request_changes', 'pull_request'],
  ['pull_request_reviews', 'pull_request'],
  ['commits', 'commit'],
  ['releases', 'release'],
  ['tags', 'tag'],
  ['deployments', 'deployment'],
  ['builds', 'build'],
  ['alerts', 'alert'],
  ['sprints', 'sprint'],
  ['worklogs', 'worklog'],
  ['samples', 'sample'],
] as const;

/** Whoever changes a row, another program included, ends what was kept of it. */
function noticed([table, type]: (typeof TABLES)[number]): string {
  return ['INSERT', 'UPDATE', 'DELETE']
    .map(
      (change) => `
CREATE TRIGGER ${table}_noticed_${change.toLowerCase()} AFTER ${change} ON ${table}
  WHEN (SELECT watched FROM record_revisions WHERE record_type = '${type}') = 1
  BEGIN UPDATE record_revisions SET revision = revision + 1, watched = 0 WHERE record_type = '${type}'; END;`,
    )
    .join('');
}

/**
 * What rules observed in the records, kept until a record of theirs changes. A revision is counted up by the first
 * change after it was watched, so that a million changes at once cost one.
 */
export const kept = `
CREATE TABLE record_revisions (
  record_type TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  watched INTEGER NOT NULL CHECK (watched IN (0, 1))
) STRICT, WITHOUT ROWID;
INSERT INTO record_revisions (record_type, revision, watched)
  VALUES ${[...new Set(TABLES.map(([, type]) => type))].map((type) => `('${type}', 1, 0)`).join(', ')};
${TABLES.map(noticed).join('')}

CREATE TABLE kept_rules (
  name TEXT PRIMARY KEY,
  revisions TEXT NOT NULL,
  facts TEXT NOT NULL,
  observations BLOB NOT NULL
) STRICT;
`;
