import type { DependabotAlert } from '../../company/alerts-model.ts';
import type { Repository } from '../../company/model.ts';
import { simpleUserOrNull } from './accounts.ts';
import { type Addresses, repositoryApi, repositoryWeb, timestamp, timestampOrNull } from './addresses.ts';
import { byWords, type Listed, sorted } from './lists.ts';

const SCORES = { low: 3.1, medium: 5.4, high: 7.5, critical: 9.8 } as const;

/** The schema `dependabot-alert`. */
export function dependabotAlert(addresses: Addresses, model: DependabotAlert) {
  const { advisory, severity, repository } = model;
  const named = { ecosystem: 'npm', name: model.package };
  const vulnerability = {
    package: named,
    severity,
    vulnerable_version_range: advisory.vulnerable,
    first_patched_version: { identifier: advisory.patched },
  };
  const cvss = { score: SCORES[severity], vector_string: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N' };
  return {
    number: model.number,
    state: model.state,
    dependency: {
      package: named,
      manifest_path: model.manifest,
      scope: model.scope,
      relationship: 'direct',
    },
    security_advisory: {
      ghsa_id: advisory.ghsa,
      cve_id: advisory.cve,
      summary: advisory.summary,
      description: advisory.summary,
      severity,
      identifiers: [
        { value: advisory.ghsa, type: 'GHSA' },
        { value: advisory.cve, type: 'CVE' },
      ],
      references: [{ url: `${addresses.web}/advisories/${advisory.ghsa}` }],
      published_at: timestamp(model.createdAt),
      updated_at: timestamp(model.createdAt),
      withdrawn_at: null,
      vulnerabilities: [vulnerability],
      cvss_severities: { cvss_v3: cvss, cvss_v4: { vector_string: null, score: 0 } },
      cwes: [],
      cvss,
    },
    security_vulnerability: vulnerability,
    url: `${repositoryApi(addresses, repository)}/dependabot/alerts/${model.number}`,
    html_url: `${repositoryWeb(addresses, repository)}/security/dependabot/${model.number}`,
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    dismissed_at: timestampOrNull(model.dismissedAt),
    dismissed_by: simpleUserOrNull(addresses, model.dismissedBy),
    dismissed_reason: model.dismissedReason,
    dismissed_comment: null,
    fixed_at: timestampOrNull(model.fixedAt),
    auto_dismissed_at: model.state === 'auto_dismissed' ? timestamp(model.updatedAt) : null,
  };
}

/** The alerts as the query narrows and orders them; all states unless it names some. */
export function listDependabotAlerts(
  repository: Repository,
  query: URLSearchParams,
): Listed<DependabotAlert> {
  const found = repository.dependabotAlerts.filter(
    (alert) =>
      byWords(query.get('state'), alert.state) &&
      byWords(query.get('severity'), alert.severity) &&
      byWords(query.get('package'), alert.package) &&
      byWords(query.get('scope'), alert.scope),
  );
  const time = (alert: DependabotAlert) =>
    query.get('sort') === 'updated' ? alert.updatedAt : alert.createdAt;
  return sorted(found, time, query.get('direction') !== 'asc', (alert) => alert.number);
}
