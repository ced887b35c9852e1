import { project, type Row, type StandInProject } from './standin.ts';

const HOUR = 3_600_000;
export const iso = (at: number) => new Date(at).toISOString();

export function user(name: string, id = name.length): Row {
  return { id, username: name, name, state: 'active', web_url: `https://gitlab.example/${name}` };
}

export function issue(iid: number, at: number, fields: Row = {}): Row {
  return {
    id: 1000 + iid,
    iid,
    project_id: 1,
    title: `Issue ${iid}`,
    state: 'opened',
    issue_type: 'issue',
    labels: [],
    milestone: null,
    author: user('ana'),
    assignee: null,
    assignees: [],
    user_notes_count: 0,
    merge_requests_count: 0,
    web_url: `https://gitlab.example/acme/web/-/issues/${iid}`,
    created_at: iso(at),
    updated_at: iso(at),
    closed_at: null,
    ...fields,
  };
}

export function mergeRequest(iid: number, at: number, fields: Row = {}): Row {
  return {
    id: 5000 + iid,
    iid,
    project_id: 1,
    title: `Merge request ${iid}`,
    state: 'opened',
    draft: false,
    work_in_progress: false,
    labels: [],
    milestone: null,
    source_branch: `topic-${iid}`,
    target_branch: 'main',
    author: user('ana'),
    sha: `${iid}`.padStart(40, 'a'),
    merge_commit_sha: null,
    squash_commit_sha: null,
    merged_at: null,
    closed_at: null,
    web_url: `https://gitlab.example/acme/web/-/merge_requests/${iid}`,
    created_at: iso(at),
    updated_at: iso(at),
    ...fields,
  };
}

export function note(id: number, who: string, at: number, body: string, fields: Row = {}): Row {
  return {
    id,
    type: null,
    body,
    author: user(who),
    created_at: iso(at),
    updated_at: iso(at),
    system: false,
    ...fields,
  };
}

export function pipeline(id: number, at: number, status: string, fields: Row = {}): Row {
  return {
    id,
    iid: id - 8000,
    project_id: 1,
    status,
    source: 'push',
    ref: 'main',
    sha: `${id}`.padStart(40, 'b'),
    name: null,
    tag: false,
    web_url: `https://gitlab.example/acme/web/-/pipelines/${id}`,
    created_at: iso(at),
    updated_at: iso(at + HOUR / 2),
    started_at: iso(at + 60_000),
    finished_at: iso(at + HOUR / 2),
    duration: 1500,
    ...fields,
  };
}

export function deployment(id: number, at: number, sha: string, status: string, fields: Row = {}): Row {
  return {
    id,
    iid: id - 9000,
    ref: 'main',
    sha,
    status,
    environment: { id: 1, name: 'production' },
    deployable: {
      id: id + 1,
      finished_at: iso(at + 120_000),
      pipeline: { id: 8000 + id, web_url: `https://gitlab.example/acme/web/-/pipelines/${8000 + id}` },
    },
    created_at: iso(at),
    updated_at: iso(at + 180_000),
    ...fields,
  };
}

/** Two projects with some of everything. */
export function company(
  now: number,
  size = { issues: 130, mergeRequests: 12, pipelines: 30 },
): StandInProject[] {
  const day = 24 * HOUR;
  const at = (days: number) => now - days * day;
  const web = project(1, 'acme/web', { commits: ['c0', 'c1', 'c2', 'c3'] });
  for (let iid = 1; iid <= size.issues; iid += 1) {
    const opened = at(40) + iid * 5 * HOUR;
    const isClosed = iid % 4 === 0;
    const closed = opened + 30 * HOUR;
    web.issues.push(
      issue(iid, opened, {
        labels: iid % 3 === 0 ? ['bug'] : [],
        ...(isClosed ? { state: 'closed', closed_at: iso(closed), updated_at: iso(closed) } : {}),
        ...(iid === 8 ? { weight: 5, user_notes_count: 2, merge_requests_count: 1 } : {}),
      }),
    );
    if (!isClosed) continue;
    web.parts.set(`issues/${iid}/resource_state_events`, [
      { id: iid, user: user('bo'), created_at: iso(closed), resource_type: 'Issue', state: 'closed' },
    ]);
    web.parts.set(`issues/${iid}/resource_label_events`, [
      {
        id: iid,
        created_at: iso(opened + HOUR),
        action: 'add',
        label: { id: 1, name: iid % 3 ? 'gone' : 'bug' },
      },
    ]);
  }
  const eighth = at(40) + 40 * HOUR;
  web.parts.set('issues/8/notes', [
    note(1, 'ana', eighth + HOUR, 'any news?'),
    note(2, 'bo', eighth + 2 * HOUR, 'looking'),
  ]);
  web.parts.set('issues/8/closed_by', [
    mergeRequest(2, at(20), { state: 'merged', references: { full: 'acme/web!2' } }),
  ]);
  web.parts.set('issues/8/resource_weight_events', [{ id: 1, created_at: iso(eighth + HOUR), weight: 5 }]);
  web.parts.set('issues/8/resource_milestone_events', [
    { id: 1, created_at: iso(eighth + HOUR), action: 'add', milestone: { id: 1, title: 'v1' } },
    { id: 2, created_at: iso(eighth + 3 * HOUR), action: 'remove', milestone: { id: 1, title: 'v1' } },
  ]);
  for (let iid = 1; iid <= size.mergeRequests; iid += 1) {
    const opened = at(20) + iid * 9 * HOUR;
    const merged = iso(opened + 8 * HOUR);
    web.mergeRequests.push(
      mergeRequest(iid, opened, {
        updated_at: merged,
        ...(iid % 2 === 0 ? { state: 'merged', merged_at: merged, merge_commit_sha: `m${iid}` } : {}),
      }),
    );
    const path = `merge_requests/${iid}`;
    web.parts.set(`${path}/notes`, [
      note(iid * 10, 'bo', opened + HOUR, 'why?', { type: 'DiffNote' }),
      note(iid * 10 + 1, 'bo', opened + 2 * HOUR, 'approved this merge request', { system: true }),
    ]);
    web.parts.set(`${path}/commits`, [{ id: `x${iid}`, authored_date: iso(opened - HOUR) }]);
    web.parts.set(`${path}/diffs`, [{ new_path: 'src/a.ts', diff: '@@ -1 +1,2 @@\n-a\n+b\n+c\n' }]);
    web.parts.set(`${path}/resource_label_events`, [
      { id: iid, created_at: iso(opened), action: 'add', label: { id: 1, name: 'bug' } },
    ]);
    web.parts.set(`${path}/resource_milestone_events`, [
      { id: iid, created_at: iso(opened), action: 'remove', milestone: { id: 1, title: 'v0' } },
    ]);
  }
  for (let id = 1; id <= size.pipelines; id += 1)
    web.pipelines.push(pipeline(8000 + id, at(20) + id * 10 * HOUR, id % 5 === 0 ? 'failed' : 'success'));
  for (const [index, sha] of web.commits.entries())
    web.deployments.push(deployment(9001 + index, at(15 - index), sha, 'success'));
  for (const [index, name] of ['v1.0.0', 'v1.1.0'].entries()) {
    const created = iso(at(30 - index * 5));
    web.releases.push({
      tag_name: name,
      name,
      created_at: created,
      released_at: created,
      upcoming_release: false,
    });
    web.tags.push({ name, created_at: null, commit: { id: `c${index}`, committed_date: created } });
  }
  const api = project(2, 'acme/tools/api');
  api.pipelines.push(pipeline(8500, at(3), 'success', { project_id: 2 }));
  return [web, api];
}
