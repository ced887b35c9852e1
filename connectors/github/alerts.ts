import * as z from 'zod';
import type { Alert } from '../../src/domain/records.ts';
import type { Batch } from '../contract.ts';
import { parseAnswer } from '../http.ts';
import { isSwitchedOff } from './failures.ts';
import { type NewestFirst, pullNewestFirst } from './newest-first.ts';
import { missingFrom } from './reconcile.ts';
import {
  type CodeAlertRow,
  codeAlertSchema,
  type DependabotAlertRow,
  dependabotAlertSchema,
} from './schemas.ts';
import { type Pull, repositoryStream } from './stream.ts';

/** Both lists whole, whatever the start: an old weakness that is open counts in the stock. */
const EVERYTHING = 0;
const ORDER = 'sort=updated&direction=desc&per_page=100';

/** What Dependabot found in the dependencies. */
export const alerts = repositoryStream({
  name: 'alerts',
  yields: ['alert'],
  version: 1,
  pull: (pull) =>
    pullAlerts<DependabotAlertRow>(pull, {
      path: `/repos/${pull.member}/dependabot/alerts?${ORDER}`,
      recordType: 'alert',
      from: EVERYTHING,
      rows: (answer) => parseAnswer(z.array(dependabotAlertSchema), answer.data, answer.endpoint),
      at: (row) => row.updated_at,
      record: (row) => ofDependabot(pull.member, row),
      unfinished: () => false,
    }),
});

/** What code scanning found on the default branch. */
export const codeScanning = repositoryStream({
  name: 'codeScanning',
  yields: ['alert'],
  version: 1,
  pull: (pull) =>
    pullAlerts<CodeAlertRow>(pull, {
      path: `/repos/${pull.member}/code-scanning/alerts?${ORDER}`,
      recordType: 'alert',
      from: EVERYTHING,
      rows: (answer) => parseAnswer(z.array(codeAlertSchema), answer.data, answer.endpoint),
      at: (row) => row.updated_at ?? row.created_at,
      record: (row) => ofCodeScanning(pull.member, row),
      unfinished: () => false,
    }),
});

async function* pullAlerts<Row>(pull: Pull, list: NewestFirst<Row>): AsyncGenerator<Batch> {
  try {
    yield* pullNewestFirst(pull, list);
  } catch (error) {
    if (!isSwitchedOff(error)) throw error;
    // Nothing is looked for, so nothing is found, and that is complete.
    yield { records: [], removed: await missingFrom(new Set(), pull.context, 'alert'), cursor: null };
  }
}

function ofDependabot(member: string, row: DependabotAlertRow): Alert {
  const { security_advisory: advisory, security_vulnerability: vulnerability } = row;
  return {
    ...common(member, 'dependabot', row),
    title: advisory?.summary ?? null,
    severity: (vulnerability?.severity ?? advisory?.severity ?? 'unknown').toLowerCase(),
    updatedAt: row.updated_at,
    resolvedAt: isOpen(row)
      ? null
      : (row.fixed_at ?? row.dismissed_at ?? row.auto_dismissed_at ?? row.updated_at),
  };
}

function ofCodeScanning(member: string, row: CodeAlertRow): Alert {
  const updatedAt = row.updated_at ?? row.created_at;
  return {
    ...common(member, 'code-scanning', row),
    title: row.rule.description,
    severity: (row.rule.security_severity_level ?? row.rule.severity ?? 'unknown').toLowerCase(),
    updatedAt,
    resolvedAt: isOpen(row) ? null : (row.fixed_at ?? row.dismissed_at ?? updatedAt),
  };
}

interface AlertRow {
  readonly number: number;
  readonly state: string | null;
  readonly html_url: string | null;
  readonly created_at: number;
}

function common(member: string, scanner: string, row: AlertRow) {
  const isDismissed = row.state === 'dismissed' || row.state === 'auto_dismissed';
  return {
    recordType: 'alert',
    // GitHub numbers them within a repository and gives no other id.
    id: `${scanner}:${member}#${row.number}`,
    key: `${member} ${scanner} #${row.number}`,
    url: row.html_url,
    repository: member,
    scanner,
    state: isOpen(row) ? 'open' : isDismissed ? 'dismissed' : 'fixed',
    createdAt: row.created_at,
  } as const;
}

function isOpen(row: { readonly state: string | null }): boolean {
  return row.state === 'open';
}
