import { repository, user } from './fixtures.ts';

/** Deployments, runs, refs and alerts as GitHub's REST answers them. */

const API = 'https://api.github.com/repos/acme/web';
const WEB = 'https://github.com/acme/web';

export interface DeploymentOptions {
  readonly environment?: string;
  readonly sha?: string;
  readonly created?: string;
  readonly updated?: string;
}

export function deployment(id: number, options: DeploymentOptions = {}) {
  const url = `${API}/deployments/${id}`;
  const created = options.created ?? '2026-10-05T08:00:00Z';
  return {
    url,
    id,
    node_id: `DE_${id}`,
    task: 'deploy',
    original_environment: options.environment ?? 'production',
    environment: options.environment ?? 'production',
    description: null,
    created_at: created,
    updated_at: options.updated ?? created,
    statuses_url: `${url}/statuses`,
    repository_url: API,
    creator: user('ana'),
    sha: options.sha ?? `sha${id}`,
    ref: 'main',
    payload: {},
  };
}

export function deploymentStatus(id: number, state: string, created: string, log = '') {
  const url = `${API}/deployments/1`;
  return {
    url: `${url}/statuses/${id}`,
    id,
    node_id: `DES_${id}`,
    state,
    creator: user('ana'),
    description: '',
    environment: 'production',
    target_url: log,
    created_at: created,
    updated_at: created,
    deployment_url: url,
    repository_url: API,
    environment_url: '',
    log_url: log,
  };
}

export interface RunOptions {
  readonly conclusion?: string | null;
  readonly status?: string;
  readonly attempt?: number;
  readonly created?: string;
  readonly started?: string;
  readonly updated?: string;
}

export function workflowRun(id: number, options: RunOptions = {}) {
  const url = `${API}/actions/runs/${id}`;
  const created = options.created ?? '2026-10-05T08:00:00Z';
  const conclusion = options.conclusion === undefined ? 'success' : options.conclusion;
  return {
    id,
    name: 'CI',
    node_id: `WFR_${id}`,
    head_branch: 'main',
    head_sha: `sha${id}`,
    path: '.github/workflows/ci.yml',
    display_title: `Change ${id}`,
    run_number: id,
    run_attempt: options.attempt ?? 1,
    event: 'push',
    status: options.status ?? (conclusion === null ? 'in_progress' : 'completed'),
    conclusion,
    workflow_id: 5,
    url,
    html_url: `${WEB}/actions/runs/${id}`,
    pull_requests: [],
    created_at: created,
    updated_at: options.updated ?? created,
    run_started_at: options.started ?? created,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${API}/check-suites/1`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${API}/actions/workflows/5`,
    head_commit: null,
    repository: repository('acme/web'),
    head_repository: repository('acme/web'),
  };
}

export function tagRef(name: string, sha: string, type: 'commit' | 'tag' = 'commit') {
  return {
    ref: `refs/tags/${name}`,
    node_id: `REF_${name}`,
    url: `${API}/git/refs/tags/${name}`,
    object: { type, sha, url: `${API}/git/${type}s/${sha}` },
  };
}

export interface AlertOptions {
  readonly state?: string;
  readonly severity?: string;
  readonly updated?: string;
  readonly resolved?: string;
}

export function dependabotAlert(number: number, options: AlertOptions = {}) {
  const state = options.state ?? 'open';
  const severity = options.severity ?? 'high';
  const dependency = { ecosystem: 'npm', name: 'left-pad' };
  const resolved = options.resolved ?? null;
  return {
    number,
    state,
    dependency: { package: dependency, manifest_path: 'package-lock.json', scope: 'runtime' },
    security_advisory: {
      ghsa_id: 'GHSA-aaaa-bbbb-cccc',
      cve_id: null,
      summary: 'It pads too much',
      description: '',
      vulnerabilities: [],
      severity,
      cvss: { score: 7, vector_string: null },
      cwes: [],
      identifiers: [],
      references: [],
      published_at: '2026-10-01T00:00:00Z',
      updated_at: '2026-10-01T00:00:00Z',
      withdrawn_at: null,
    },
    security_vulnerability: {
      package: dependency,
      severity,
      vulnerable_version_range: '< 2',
      first_patched_version: null,
    },
    url: `${API}/dependabot/alerts/${number}`,
    html_url: `${WEB}/security/dependabot/${number}`,
    created_at: '2026-10-02T00:00:00Z',
    updated_at: options.updated ?? resolved ?? '2026-10-02T00:00:00Z',
    dismissed_at: state === 'dismissed' ? resolved : null,
    dismissed_by: null,
    dismissed_reason: null,
    dismissed_comment: null,
    fixed_at: state === 'fixed' ? resolved : null,
    auto_dismissed_at: state === 'auto_dismissed' ? resolved : null,
  };
}

export function codeAlert(number: number, options: AlertOptions = {}) {
  const state = options.state ?? 'open';
  const resolved = options.resolved ?? null;
  return {
    number,
    created_at: '2026-10-02T00:00:00Z',
    updated_at: options.updated ?? resolved ?? '2026-10-02T00:00:00Z',
    url: `${API}/code-scanning/alerts/${number}`,
    html_url: `${WEB}/security/code-scanning/${number}`,
    instances_url: `${API}/code-scanning/alerts/${number}/instances`,
    state,
    fixed_at: state === 'fixed' ? resolved : null,
    dismissed_by: null,
    dismissed_at: state === 'dismissed' ? resolved : null,
    dismissed_reason: null,
    rule: {
      id: 'js/xss',
      name: 'js/xss',
      severity: 'error',
      security_severity_level: options.severity ?? 'critical',
      description: 'Cross-site scripting',
    },
    tool: { name: 'CodeQL', guid: null, version: '2' },
    most_recent_instance: {
      ref: 'refs/heads/main',
      analysis_key: 'x',
      environment: '{}',
      state: 'open',
      commit_sha: 'abc',
      message: { text: '' },
      location: { path: 'a.js', start_line: 1, end_line: 1, start_column: 1, end_column: 2 },
      classifications: [],
    },
  };
}
