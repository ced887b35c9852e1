import type { Change, Instant, Review } from '../../src/domain/records.ts';
import { isSameAccount } from './accounts.ts';
import type { Account, NoteRow } from './schemas.ts';

/** GitLab tells approvals and drafts with their times in system notes alone, in English whatever the user's language. */
const APPROVED = /^approved this merge request/;
const UNAPPROVED = /^(unapproved this merge request|removed approval)/;
const REQUESTED_CHANGES = /^requested changes/;
const READY =
  /^(marked this merge request as \*\*ready\*\*|unmarked (this merge request )?as an? \*\*(work in progress|draft)\*\*)/i;
const DRAFT =
  /^marked (this merge request )?as an? \*\*(work in progress|draft)\*\*|^marked this merge request as \*\*draft\*\*/i;

/** Comments on lines by one person within this time of each other are one review. */
const ONE_REVIEW_MS = 60_000;

interface Told {
  readonly url: string | null;
  isBot(account: Account): boolean;
}

/** Approvals, requests for changes, comments on lines, and the conversation beside them, oldest first. */
export function reviewsOf(notes: readonly NoteRow[], { url, isBot }: Told): readonly Review[] {
  const reviews: Review[] = [];
  const ofLines: { readonly author: Account; at: Instant }[] = [];
  for (const note of inOrder(notes)) {
    const { author, created_at: at } = note;
    const state = stateOf(note);
    if (note.system && UNAPPROVED.test(note.body ?? '')) dismiss(reviews, author);
    if (state === null) continue;
    if (state === 'commented') {
      const before = ofLines.findLast((one) => isSameAccount(one.author, author));
      if (before && at - before.at <= ONE_REVIEW_MS) {
        before.at = at;
        continue;
      }
      ofLines.push({ author, at });
    }
    reviews.push({
      id: `note-${note.id}`,
      author: author?.username ?? null,
      authorIsBot: isBot(author),
      submittedAt: at,
      state,
      url: url && `${url}#note_${note.id}`,
    });
  }
  return reviews;
}

function stateOf({ system, type, body }: NoteRow): Review['state'] | null {
  if (!system) return type === 'DiffNote' ? 'commented' : 'conversation';
  if (APPROVED.test(body ?? '')) return 'approved';
  return REQUESTED_CHANGES.test(body ?? '') ? 'changes_requested' : null;
}

/** An approval that was taken back. */
function dismiss(reviews: Review[], author: Account): void {
  const index = reviews.findLastIndex(
    (one) => one.state === 'approved' && one.author === (author?.username ?? null),
  );
  const approval = reviews[index];
  if (approval) reviews[index] = { ...approval, state: 'dismissed' };
}

/** Into draft and out of it, as far as it leads to what stands now. */
export function draftChanges(notes: readonly NoteRow[], now: boolean): Change[] {
  const changes: Change[] = [];
  let after = now;
  for (const { system, body, created_at: at } of inOrder(notes).toReversed()) {
    const toDraft = system && DRAFT.test(body ?? '');
    if (!toDraft && !(system && READY.test(body ?? ''))) continue;
    if (toDraft !== after) continue;
    changes.push({ field: 'draft', at, from: !toDraft, to: toDraft });
    after = !toDraft;
  }
  return changes.reverse();
}

/** When it last left draft; a later return to draft leaves it standing. */
export function readyAt(notes: readonly NoteRow[]): Instant | null {
  const left = inOrder(notes).findLast(({ system, body }) => system && READY.test(body ?? ''));
  return left?.created_at ?? null;
}

function inOrder(notes: readonly NoteRow[]): NoteRow[] {
  return notes.toSorted((a, b) => a.created_at - b.created_at || Number(a.id) - Number(b.id));
}
