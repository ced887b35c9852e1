import type { CodeAlert, DependabotAlert } from './alerts-model.ts';
import { type Change, wholeSecond } from './item.ts';
import type { Repository } from './model.ts';

type Fresh = 'repository' | 'number' | 'createdAt' | 'updatedAt' | 'state' | 'fixedAt';
type Dismissal = 'dismissedAt' | 'dismissedBy' | 'dismissedReason';
type Found<A> = Omit<A, Fresh | Dismissal> & { readonly at: number };

function opened(at: number) {
  return {
    createdAt: wholeSecond(at),
    updatedAt: wholeSecond(at),
    state: 'open',
    fixedAt: null,
    dismissedAt: null,
    dismissedBy: null,
    dismissedReason: null,
  } as const;
}

export function openDependabotAlert(
  repository: Repository,
  { at, ...found }: Found<DependabotAlert>,
): DependabotAlert {
  const alert = { repository, number: repository.dependabotAlerts.length + 1, ...found, ...opened(at) };
  repository.dependabotAlerts.push(alert);
  repository.company.version += 1;
  return alert;
}

export function openCodeAlert(repository: Repository, { at, ...found }: Found<CodeAlert>): CodeAlert {
  const alert = { repository, number: repository.codeAlerts.length + 1, ...found, ...opened(at) };
  repository.codeAlerts.push(alert);
  repository.company.version += 1;
  return alert;
}

type Alert = DependabotAlert | CodeAlert;

/** The scanner no longer finds it. */
export function fixAlert(alert: Alert, at: number): void {
  alert.state = 'fixed';
  alert.fixedAt = wholeSecond(at);
  move(alert, at);
}

/** Somebody decides that it needs no fix. */
export function dismissAlert<A extends Alert>(alert: A, reason: A['dismissedReason'], change: Change): void {
  alert.state = 'dismissed';
  alert.dismissedAt = wholeSecond(change.at);
  alert.dismissedBy = change.by;
  alert.dismissedReason = reason;
  move(alert, change.at);
}

/** It is there again, or its dismissal is taken back. */
export function reopenAlert(alert: Alert, at: number): void {
  Object.assign(alert, { ...opened(alert.createdAt), createdAt: alert.createdAt });
  move(alert, at);
}

function move(alert: Alert, at: number): void {
  alert.updatedAt = Math.max(alert.updatedAt, wholeSecond(at));
  alert.repository.company.version += 1;
}
