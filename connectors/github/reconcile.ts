import type { Instant, RecordRef, RecordType } from '../../src/domain/records.ts';
import type { PullContext } from '../contract.ts';
import { intervalOf } from '../durations.ts';
import type { GitHubSettings } from './settings.ts';

/** Whether it is time to compare the whole list with what is stored. Never before a first pull has ended. */
export function isReconciliationDue(
  context: PullContext<GitHubSettings>,
  reconciledAt: Instant | null,
): boolean {
  const interval = intervalOf(context.settings.reconcileEvery);
  return interval !== null && reconciledAt !== null && context.now() - reconciledAt >= interval;
}

/** The stored records that a whole list does not hold. */
export async function missingFrom(
  listed: ReadonlySet<string>,
  context: PullContext<GitHubSettings>,
  recordType: RecordType,
): Promise<readonly RecordRef[]> {
  const stored = await context.storedIds(recordType);
  return stored.filter((id) => !listed.has(id)).map((id) => ({ recordType, id }));
}
