/** A time column of a view: ISO text under the plain name, beside the milliseconds. */
export function iso(column: string, name = column): string {
  return `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch') AS ${name}, ${column} AS ${name}_ms`;
}

const COMMON = `
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES sources (id),
  member_id INTEGER NOT NULL REFERENCES members (id),
  removed_at INTEGER,
  ext_id TEXT NOT NULL,
  "key" TEXT NOT NULL,
  title TEXT,
  url TEXT`;

const VIEW_COMMON = `r.id, s.name AS source, m.name AS member, r.ext_id, r."key", r.title, r.url`;

const VIEW_FROM = (table: string) => `
  FROM ${table} r JOIN members m ON m.id = r.member_id JOIN sources s ON s.id = r.source_id
  WHERE r.removed_at IS NULL AND m.active = 1`;

/** What a key in every record table buys: one row per record of a source, and live rows counted by member. */
function recordIndexes(table: string): string {
  return `
CREATE UNIQUE INDEX ${table}_natural ON ${table} (source_id, ext_id);
CREATE INDEX ${table}_member ON ${table} (member_id, removed_at);`;
}

const CHANGE_COLUMNS = `
  seq INTEGER NOT NULL,
  field TEXT NOT NULL,
  at INTEGER NOT NULL,
  from_value TEXT NOT NULL,
  to_value TEXT NOT NULL,
  PRIMARY KEY (record_id, seq)`;

export const foundation = `
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL
) STRICT;

CREATE TABLE streams (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES sources (id),
  name TEXT NOT NULL,
  yields TEXT NOT NULL,
  member_field TEXT,
  error TEXT,
  error_at INTEGER,
  UNIQUE (source_id, name)
) STRICT;

CREATE TABLE members (
  id INTEGER PRIMARY KEY,
  stream_id INTEGER NOT NULL REFERENCES streams (id),
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  active INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  since INTEGER,
  cursor TEXT,
  covered_from INTEGER,
  complete_at INTEGER,
  error TEXT,
  error_at INTEGER,
  UNIQUE (stream_id, name)
) STRICT;

CREATE TABLE tickets (${COMMON},
  repository TEXT,
  project TEXT,
  type TEXT,
  status TEXT NOT NULL,
  status_category TEXT NOT NULL,
  resolution TEXT,
  subtask INTEGER NOT NULL,
  labels TEXT NOT NULL,
  milestone TEXT,
  versions TEXT NOT NULL,
  components TEXT NOT NULL,
  sprint TEXT,
  estimate REAL,
  parent TEXT,
  author TEXT,
  author_is_bot INTEGER NOT NULL,
  assignee TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  first_response_at INTEGER,
  responses_read INTEGER NOT NULL,
  closed_by TEXT NOT NULL,
  resolved_at INTEGER,
  history_count INTEGER
) STRICT;
${recordIndexes('tickets')}
CREATE INDEX tickets_created ON tickets (created_at);
CREATE INDEX tickets_resolved ON tickets (resolved_at);
CREATE TABLE ticket_changes (record_id INTEGER NOT NULL REFERENCES tickets (id),${CHANGE_COLUMNS}
) STRICT, WITHOUT ROWID;

CREATE TABLE pull_requests (${COMMON},
  repository TEXT NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  draft INTEGER NOT NULL,
  labels TEXT NOT NULL,
  milestone TEXT,
  base_branch TEXT NOT NULL,
  author TEXT,
  bot INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ready_at INTEGER,
  first_commit_at INTEGER,
  merged_at INTEGER,
  closed_at INTEGER,
  merge_commit TEXT,
  additions INTEGER,
  deletions INTEGER,
  changed_files INTEGER,
  line_impact INTEGER,
  tests_touched INTEGER,
  reviews_count INTEGER,
  history_count INTEGER
) STRICT;
${recordIndexes('pull_requests')}
CREATE INDEX pull_requests_created ON pull_requests (created_at);
CREATE INDEX pull_requests_merged ON pull_requests (merged_at);
CREATE INDEX pull_requests_closed ON pull_requests (closed_at);
CREATE TABLE pull_request_changes (record_id INTEGER NOT NULL REFERENCES pull_requests (id),${CHANGE_COLUMNS}
) STRICT, WITHOUT ROWID;
CREATE TABLE pull_request_reviews (
  record_id INTEGER NOT NULL REFERENCES pull_requests (id),
  seq INTEGER NOT NULL,
  ext_id TEXT NOT NULL,
  author TEXT,
  author_is_bot INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  url TEXT,
  PRIMARY KEY (record_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE commits (${COMMON},
  repository TEXT NOT NULL,
  sha TEXT NOT NULL,
  author TEXT,
  author_email TEXT,
  bot INTEGER NOT NULL,
  authored_at INTEGER NOT NULL,
  committed_at INTEGER NOT NULL,
  parents TEXT NOT NULL,
  merge INTEGER NOT NULL,
  co_authors TEXT NOT NULL,
  additions INTEGER NOT NULL,
  deletions INTEGER NOT NULL,
  line_impact INTEGER NOT NULL
) STRICT;
${recordIndexes('commits')}
CREATE INDEX commits_authored ON commits (authored_at);

CREATE TABLE releases (${COMMON},
  repository TEXT NOT NULL,
  tag TEXT NOT NULL,
  draft INTEGER NOT NULL,
  prerelease INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  published_at INTEGER
) STRICT;
${recordIndexes('releases')}
CREATE INDEX releases_published ON releases (published_at);

CREATE TABLE tags (${COMMON},
  repository TEXT NOT NULL,
  name TEXT NOT NULL,
  sha TEXT NOT NULL,
  tagged_at INTEGER NOT NULL
) STRICT;
${recordIndexes('tags')}
CREATE INDEX tags_tagged ON tags (tagged_at);

CREATE TABLE samples (${COMMON},
  series TEXT NOT NULL,
  subject TEXT NOT NULL,
  measured_at INTEGER NOT NULL,
  value REAL NOT NULL,
  "of" REAL,
  "commit" TEXT,
  branch TEXT,
  labels TEXT NOT NULL
) STRICT;
${recordIndexes('samples')}
CREATE INDEX samples_series ON samples (series, measured_at);
CREATE INDEX samples_measured ON samples (measured_at);

CREATE TABLE deployments (${COMMON},
  repository TEXT NOT NULL,
  environment TEXT NOT NULL,
  "commit" TEXT NOT NULL,
  git_ref TEXT,
  status TEXT NOT NULL,
  run TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  finished_at INTEGER,
  commits TEXT
) STRICT;
${recordIndexes('deployments')}
CREATE INDEX deployments_finished ON deployments (finished_at);

CREATE TABLE builds (${COMMON},
  repository TEXT,
  project TEXT,
  workflow TEXT NOT NULL,
  branch TEXT,
  "commit" TEXT,
  event TEXT,
  status TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  finished_at INTEGER,
  duration REAL
) STRICT;
${recordIndexes('builds')}
CREATE INDEX builds_finished ON builds (finished_at);

CREATE TABLE alerts (${COMMON},
  repository TEXT NOT NULL,
  scanner TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  resolved_at INTEGER
) STRICT;
${recordIndexes('alerts')}
CREATE INDEX alerts_created ON alerts (created_at);

CREATE TABLE sprints (${COMMON},
  project TEXT,
  board TEXT,
  name TEXT NOT NULL,
  goal TEXT,
  state TEXT NOT NULL,
  start_at INTEGER,
  end_at INTEGER,
  completed_at INTEGER
) STRICT;
${recordIndexes('sprints')}
CREATE INDEX sprints_end ON sprints (end_at);

CREATE TABLE worklogs (${COMMON},
  project TEXT,
  ticket TEXT NOT NULL,
  author TEXT,
  started_at INTEGER NOT NULL,
  hours REAL NOT NULL
) STRICT;
${recordIndexes('worklogs')}
CREATE INDEX worklogs_started ON worklogs (started_at);

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  as_of INTEGER NOT NULL,
  outcome TEXT CHECK (outcome IN ('ok', 'failed', 'interrupted'))
) STRICT;

CREATE TABLE check_ins (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  cycle_id TEXT NOT NULL,
  objective_id TEXT NOT NULL,
  key_result_id TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  value REAL,
  sample_size INTEGER NOT NULL,
  window_from INTEGER NOT NULL,
  window_to INTEGER NOT NULL,
  newest_at INTEGER,
  start REAL,
  target REAL,
  progress REAL,
  expected_progress REAL,
  computed TEXT NOT NULL,
  shown TEXT NOT NULL,
  outcome TEXT,
  definition_hash TEXT NOT NULL,
  author TEXT NOT NULL,
  note TEXT,
  corrects_id INTEGER REFERENCES check_ins (id),
  forecast_p10 REAL,
  forecast_p50 REAL,
  forecast_p90 REAL,
  forecast_probability REAL,
  confidence REAL,
  expires_at INTEGER,
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX check_ins_cycle ON check_ins (cycle_id, as_of, id);

CREATE TRIGGER check_ins_are_never_changed BEFORE UPDATE ON check_ins
BEGIN SELECT RAISE(ABORT, 'check-ins are only ever added: record a correction instead'); END;
CREATE TRIGGER check_ins_are_never_deleted BEFORE DELETE ON check_ins
BEGIN SELECT RAISE(ABORT, 'check-ins are only ever added: record a correction instead'); END;

CREATE TRIGGER check_ins_are_never_replaced BEFORE INSERT ON check_ins
WHEN EXISTS (SELECT 1 FROM check_ins WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'check-ins are only ever added: record a correction instead'); END;

CREATE TABLE frozen_starts (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  cycle_id TEXT NOT NULL,
  objective_id TEXT NOT NULL,
  key_result_id TEXT NOT NULL,
  definition_hash TEXT NOT NULL,
  value REAL NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX frozen_starts_key ON frozen_starts (cycle_id, objective_id, key_result_id, definition_hash, id);

CREATE TABLE definitions (
  cycle_id TEXT NOT NULL,
  objective_id TEXT NOT NULL,
  key_result_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (cycle_id, objective_id, key_result_id, hash)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_tickets AS SELECT ${VIEW_COMMON},
  r.repository, r.project, r.type, r.status, r.status_category, r.resolution, r.subtask, r.labels, r.milestone,
  r.versions, r.components, r.sprint, r.estimate, r.parent, r.author, r.author_is_bot,
  r.assignee, ${iso('r.first_response_at', 'first_response_at')}, r.responses_read, r.closed_by,
  ${iso('r.created_at', 'created_at')}, ${iso('r.updated_at', 'updated_at')}, ${iso('r.resolved_at', 'resolved_at')}
  ${VIEW_FROM('tickets')};

CREATE VIEW v_pull_requests AS SELECT ${VIEW_COMMON},
  r.repository, r.number, r.state, r.draft, r.labels, r.milestone, r.base_branch, r.author, r.bot,
  ${iso('r.created_at', 'created_at')}, ${iso('r.updated_at', 'updated_at')}, ${iso('r.ready_at', 'ready_at')},
  ${iso('r.first_commit_at', 'first_commit_at')}, ${iso('r.merged_at', 'merged_at')},
  ${iso('r.closed_at', 'closed_at')}, r.merge_commit, r.additions, r.deletions, r.changed_files, r.line_impact,
  r.tests_touched
  ${VIEW_FROM('pull_requests')};

CREATE VIEW v_reviews AS SELECT
  s.name AS source, m.name AS member, r.repository, r."key" AS pull_request, c.ext_id AS id, c.author,
  c.author_is_bot, ${iso('c.submitted_at', 'submitted_at')}, c.state, c.url
  FROM pull_request_reviews c JOIN pull_requests r ON r.id = c.record_id
  JOIN members m ON m.id = r.member_id JOIN sources s ON s.id = r.source_id
  WHERE r.removed_at IS NULL AND m.active = 1;

CREATE VIEW v_changes AS
  SELECT 'ticket' AS record_type, s.name AS source, m.name AS member, r."key", c.seq, c.field, ${iso('c.at', 'at')},
    json_extract(c.from_value, '$') AS from_value, json_extract(c.to_value, '$') AS to_value
  FROM ticket_changes c JOIN tickets r ON r.id = c.record_id
  JOIN members m ON m.id = r.member_id JOIN sources s ON s.id = r.source_id
  WHERE r.removed_at IS NULL AND m.active = 1
  UNION ALL
  SELECT 'pull_request', s.name, m.name, r."key", c.seq, c.field, ${iso('c.at', 'at')},
    json_extract(c.from_value, '$'), json_extract(c.to_value, '$')
  FROM pull_request_changes c JOIN pull_requests r ON r.id = c.record_id
  JOIN members m ON m.id = r.member_id JOIN sources s ON s.id = r.source_id
  WHERE r.removed_at IS NULL AND m.active = 1;

CREATE VIEW v_commits AS SELECT ${VIEW_COMMON},
  r.repository, r.sha, r.author, r.author_email, r.bot, ${iso('r.authored_at', 'authored_at')},
  ${iso('r.committed_at', 'committed_at')}, r.parents, r.merge, r.co_authors, r.additions, r.deletions, r.line_impact
  ${VIEW_FROM('commits')};

CREATE VIEW v_releases AS SELECT ${VIEW_COMMON},
  r.repository, r.tag, r.draft, r.prerelease, ${iso('r.created_at', 'created_at')},
  ${iso('r.published_at', 'published_at')}
  ${VIEW_FROM('releases')};

CREATE VIEW v_tags AS SELECT ${VIEW_COMMON}, r.repository, r.name, r.sha, ${iso('r.tagged_at', 'tagged_at')}
  ${VIEW_FROM('tags')};

CREATE VIEW v_samples AS SELECT ${VIEW_COMMON},
  r.series, r.subject, ${iso('r.measured_at', 'measured_at')}, r.value, r."of", r."commit", r.branch, r.labels
  ${VIEW_FROM('samples')};

CREATE VIEW v_deployments AS SELECT ${VIEW_COMMON},
  r.repository, r.environment, r."commit", r.git_ref, r.status, r.run, ${iso('r.created_at', 'created_at')}, ${iso('r.updated_at', 'updated_at')}, ${iso('r.finished_at', 'finished_at')}, r.commits
  ${VIEW_FROM('deployments')};

CREATE VIEW v_builds AS SELECT ${VIEW_COMMON},
  r.repository, r.project, r.workflow, r.branch, r."commit", r.event, r.status, r.attempt, ${iso('r.created_at', 'created_at')}, ${iso('r.updated_at', 'updated_at')}, ${iso('r.finished_at', 'finished_at')}, r.duration
  ${VIEW_FROM('builds')};

CREATE VIEW v_alerts AS SELECT ${VIEW_COMMON},
  r.repository, r.scanner, r.severity, r.state, ${iso('r.created_at', 'created_at')}, ${iso('r.updated_at', 'updated_at')}, ${iso('r.resolved_at', 'resolved_at')}
  ${VIEW_FROM('alerts')};

CREATE VIEW v_sprints AS SELECT ${VIEW_COMMON},
  r.project, r.board, r.name, r.goal, r.state, ${iso('r.start_at', 'start_at')}, ${iso('r.end_at', 'end_at')}, ${iso('r.completed_at', 'completed_at')}
  ${VIEW_FROM('sprints')};

CREATE VIEW v_worklogs AS SELECT ${VIEW_COMMON},
  r.project, r.ticket, r.author, ${iso('r.started_at', 'started_at')}, r.hours
  ${VIEW_FROM('worklogs')};

CREATE VIEW v_runs AS SELECT id, command, ${iso('started_at')}, ${iso('finished_at')}, ${iso('as_of')}, outcome
  FROM runs;

CREATE VIEW v_check_ins AS SELECT
  id, run_id, cycle_id AS cycle, objective_id AS objective, key_result_id AS key_result, ${iso('as_of')},
  value, sample_size, ${iso('window_from')}, ${iso('window_to')}, ${iso('newest_at')}, start, target, progress,
  expected_progress, computed AS computed_status, shown AS status, outcome, definition_hash, author, note,
  corrects_id, forecast_p10, forecast_p50, forecast_p90, forecast_probability, confidence, ${iso('expires_at')},
  ${iso('recorded_at')}
  FROM check_ins;

CREATE VIEW v_key_results AS SELECT
  v.cycle, v.objective, json_extract(d.definition, '$.objective.title') AS objective_title, v.key_result,
  json_extract(d.definition, '$.keyResult.title') AS title, json_extract(d.definition, '$.keyResult.unit') AS unit, v.value, v.start, v.target, v.progress, v.expected_progress, v.status,
  v.computed_status, v.outcome, v.sample_size, v.as_of, v.as_of_ms, v.window_from, v.window_from_ms, v.window_to,
  v.window_to_ms, v.newest_at, v.newest_at_ms, v.author, v.note, v.forecast_p10, v.forecast_p50, v.forecast_p90, v.forecast_probability,
  v.confidence, v.id AS check_in_id, d.definition
  FROM (
    SELECT *, row_number() OVER (PARTITION BY cycle, objective, key_result ORDER BY as_of_ms DESC, id DESC) AS place
    FROM v_check_ins
  ) v
  LEFT JOIN definitions d ON d.cycle_id = v.cycle AND d.objective_id = v.objective
    AND d.key_result_id = v.key_result AND d.hash = v.definition_hash
  WHERE v.place = 1;
`;
