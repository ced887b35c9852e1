import type { PullContext } from '../contract.ts';
import { cutOf, warnOfGaps } from './depth.ts';
import { checkRemote } from './mirror.ts';
import { openRepository } from './repository.ts';
import type { GitSettings } from './settings.ts';

/** Of a remote repository only whether it may be read: fetching all of it takes too long for a check. */
export async function checkRepository(context: PullContext<GitSettings>): Promise<void> {
  if (context.settings.url !== undefined) return checkRemote(context, context.settings.url);
  const repository = await openRepository(context);
  const tip = await repository.tip();
  await warnOfGaps(repository.place, await cutOf(repository.place, tip), context.logger);
}
