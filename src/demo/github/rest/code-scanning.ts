import type { CodeAlert } from '../../company/alerts-model.ts';
import type { Repository } from '../../company/model.ts';
import { simpleUserOrNull } from './accounts.ts';
import { type Addresses, repositoryApi, repositoryWeb, timestamp, timestampOrNull } from './addresses.ts';
import { byWords, type Listed, sorted } from './lists.ts';

/** The schema `code-scanning-alert-items`. */
export function codeAlert(addresses: Addresses, model: CodeAlert) {
  const { repository, rule } = model;
  const url = `${repositoryApi(addresses, repository)}/code-scanning/alerts/${model.number}`;
  return {
    number: model.number,
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    url,
    html_url: `${repositoryWeb(addresses, repository)}/security/code-scanning/${model.number}`,
    state: model.state,
    fixed_at: timestampOrNull(model.fixedAt),
    dismissed_by: simpleUserOrNull(addresses, model.dismissedBy),
    dismissed_at: timestampOrNull(model.dismissedAt),
    dismissed_reason: model.dismissedReason,
    dismissed_comment: null,
    rule: {
      id: rule.id,
      severity: rule.severity,
      description: rule.description,
      name: rule.id,
      tags: [rule.security === null ? 'maintainability' : 'security'],
      security_severity_level: rule.security,
    },
    tool: { name: 'CodeQL', guid: null, version: '2.23.3' },
    most_recent_instance: {
      ref: `refs/heads/${repository.defaultBranch}`,
      analysis_key: '.github/workflows/codeql.yml:analyze',
      environment: '{}',
      category: '.github/workflows/codeql.yml:analyze',
      state: model.state,
      commit_sha: model.sha,
      message: { text: rule.description },
      location: {
        path: model.path,
        start_line: model.line,
        end_line: model.line,
        start_column: 5,
        end_column: 30,
      },
      classifications: [],
    },
    instances_url: `${url}/instances`,
  };
}

/** The alerts of the default branch as the query narrows and orders them. Unlike what the description says, all states unless it names one. */
export function listCodeAlerts(repository: Repository, query: URLSearchParams): Listed<CodeAlert> {
  const found = repository.codeAlerts.filter(
    (alert) =>
      byWords(query.get('state'), alert.state) &&
      byWords(query.get('severity'), alert.rule.security ?? alert.rule.severity),
  );
  const sort = query.get('sort');
  const value = (alert: CodeAlert) => {
    if (sort === 'number') return alert.number;
    return sort === 'updated' ? alert.updatedAt : alert.createdAt;
  };
  return sorted(found, value, query.get('direction') !== 'asc', (alert) => alert.number);
}
