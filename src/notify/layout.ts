import type { Message, MessageKeyResult, MessageObjective } from '../report/message.ts';
import { clip, webAddress } from '../report/text.ts';
import { URGENT_FIRST } from '../report/words.ts';

/** Longer than any title should be, and short enough that one of ten kilobytes leaves room for the others. */
const LONGEST_TITLE = 300;
const LONGEST_LINE = 500;
const SUBJECT = 150;
const LONGEST_URL = 2_000;

/** As much of a message as there is room for, its texts of a bearable length. */
export interface Fitted {
  readonly message: Message;
  /** `…and 3 more, see krsync status`; null when nothing was left out. */
  readonly more: string | null;
}

/** What stands beside an objective's title, in the order in which every channel shows it. */
export function objectiveFacts(objective: MessageObjective): readonly string[] {
  const { statusText, progressText, owner, team } = objective;
  return [statusText, progressText, owner, team].filter(
    (fact): fact is string => fact !== null && fact !== '',
  );
}

/** What stands beside a key result's title. */
export function keyResultFacts(keyResult: MessageKeyResult): readonly string[] {
  const { statusText, valueText, progressText, changeText } = keyResult;
  return [statusText, valueText, progressText, changeText].filter(
    (fact): fact is string => fact !== null && fact !== '',
  );
}

/** How many items of each key result are kept, in turn. */
const FEWER_ITEMS = [3, 1] as const;

/**
 * What `render` makes of as much of the message as passes `fits`. First the items go, the last of each key result before
 * the first, and the first of those that need a look the least before the others; then the details; then key results and
 * notices from the end, and how many of them is said. Throws when not even an empty message fits.
 */
export function cutToFit<T>(
  message: Message,
  render: (fitted: Fitted) => T,
  fits: (rendered: T) => boolean,
): T {
  const whole = clipped(message);
  const fewer = FEWER_ITEMS.map((most) => lessOf(whole, ({ items }) => ({ items: items.slice(0, most) })));
  for (const one of [whole, ...fewer]) {
    const rendered = render({ message: one, more: null });
    if (fits(rendered)) return rendered;
  }
  const most = (count: number, fitted: (kept: number) => Fitted): T | null => {
    let [low, high] = [0, count];
    let best: T | null = null;
    while (low <= high) {
      const kept = Math.floor((low + high) / 2);
      const rendered = render(fitted(kept));
      if (fits(rendered)) {
        best = rendered;
        low = kept + 1;
      } else {
        high = kept - 1;
      }
    }
    return best;
  };
  const ranked = urgentFirst(whole);
  const oneEach = most(ranked.length - 1, (kept) => {
    const keeping = new Set(ranked.slice(0, kept));
    const less = (one: MessageKeyResult) => ({ items: keeping.has(one) ? one.items.slice(0, 1) : [] });
    return { message: lessOf(whole, less), more: null };
  });
  if (oneEach !== null) return oneEach;
  const bare = lessOf(whole, () => ({ items: [], details: [] }));
  const rendered = render({ message: bare, more: null });
  if (fits(rendered)) return rendered;
  const best = most(sizeOf(bare) - 1, (kept) => shortened(bare, kept));
  if (best === null) throw new RangeError('not even an empty message fits');
  return best;
}

/** The key results that have items, those first that need a look. */
function urgentFirst({ objectives }: Message): readonly MessageKeyResult[] {
  return objectives
    .flatMap(({ keyResults }) => keyResults)
    .filter(({ items }) => items.length > 0)
    .toSorted((a, b) => URGENT_FIRST.indexOf(a.status) - URGENT_FIRST.indexOf(b.status));
}

function sizeOf({ objectives, notices }: Message): number {
  return objectives.reduce((sum, { keyResults }) => sum + 1 + keyResults.length, notices.length);
}

/** The first `kept` lines: objectives with their key results in their order, then the notices. */
function shortened(message: Message, kept: number): Fitted {
  let room = kept;
  const objectives: MessageObjective[] = [];
  for (const objective of message.objectives) {
    if (room === 0) break;
    const keyResults = objective.keyResults.slice(0, room - 1);
    objectives.push({ ...objective, keyResults });
    room -= 1 + keyResults.length;
  }
  const left = sizeOf(message) - kept;
  return {
    message: { ...message, objectives, notices: message.notices.slice(0, room) },
    more: `…and ${left} more, see krsync status`,
  };
}

function lessOf(
  message: Message,
  less: (keyResult: MessageKeyResult) => Partial<Pick<MessageKeyResult, 'items' | 'details'>>,
): Message {
  const objectives = message.objectives.map((objective) => ({
    ...objective,
    keyResults: objective.keyResults.map((keyResult) => ({ ...keyResult, ...less(keyResult) })),
  }));
  return { ...message, objectives };
}

/** No text longer than a line may be. */
function clipped(message: Message): Message {
  return {
    ...message,
    subject: clip(message.subject, SUBJECT),
    summary: clip(message.summary, LONGEST_LINE),
    notices: message.notices.map((notice) => clip(notice, LONGEST_LINE)),
    objectives: message.objectives.map((objective) => ({
      ...objective,
      title: clip(objective.title, LONGEST_TITLE),
      owner: objective.owner === null ? null : clip(objective.owner, LONGEST_TITLE),
      team: objective.team === null ? null : clip(objective.team, LONGEST_TITLE),
      statusText: clip(objective.statusText, LONGEST_LINE),
      progressText: clip(objective.progressText, LONGEST_LINE),
      keyResults: objective.keyResults.map(clippedKeyResult),
    })),
  };
}

function clippedKeyResult(keyResult: MessageKeyResult): MessageKeyResult {
  return {
    ...keyResult,
    title: clip(keyResult.title, LONGEST_TITLE),
    statusText: clip(keyResult.statusText, LONGEST_LINE),
    progressText: clip(keyResult.progressText, LONGEST_LINE),
    valueText: clip(keyResult.valueText, LONGEST_LINE),
    changeText: keyResult.changeText === null ? null : clip(keyResult.changeText, LONGEST_LINE),
    details: keyResult.details.map((detail) => clip(detail, LONGEST_LINE)),
    items: keyResult.items.map(({ text, url }) => ({ text: clip(text, LONGEST_TITLE), url: linkOf(url) })),
  };
}

/** Longer addresses are refused by some services, the message with them. */
function linkOf(url: string | null): string | null {
  return url === null || url.length > LONGEST_URL ? null : webAddress(url);
}
