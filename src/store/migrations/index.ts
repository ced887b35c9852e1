import { foundation } from './0001-foundation.ts';
import { details } from './0002-details.ts';
import { outbox } from './0003-outbox.ts';
import { coveredUntil } from './0004-covered-until.ts';
import { kept } from './0005-kept.ts';
import { restarted } from './0006-restarted.ts';
import { messageTopics } from './0007-message-topics.ts';

/**
 * The steps from an empty file to today's schema, in order; `user_version` counts those that were taken. A step
 * that was ever released is never edited: a change of the schema is a new step at the end.
 */
export const MIGRATIONS: readonly string[] = [
  foundation,
  details,
  outbox,
  coveredUntil,
  kept,
  restarted,
  messageTopics,
];
