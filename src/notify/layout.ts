import type { Message, MessageKeyResult, MessageObjective } from '../report/message.ts';
import { cleanText } from '../report/text.ts';

/** Longer than any title should be, and short enough that one of ten kilobytes leaves room for the others. */
const LONGEST_TITLE = 300;
const LONGEST_LINE = 500;
const SUBJECT = 150;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A message as much as there is room for, its texts clean and of a bearable length. */
export interface Fitted {
  readonly message: Message;
  /** `…and 3 more, see krsync status`; null when nothing was left out. */
  readonly more: string | null;
}

/** At most `length` characters as people count them, the last of them an ellipsis where something was cut. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept: string[] = [];
  let size = 1;
  for (const { segment } of GRAPHEMES.segment(text.slice(0, length + 100))) {
    size += segment.length;
    if (size > length) break;
    kept.push(segment);
  }
  return `${kept.join('').trimEnd()}…`;
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

/**
 * What `render` makes of as much of the message as passes `fits`: first the items go, then the details, then key
 * results and notices from the end, and how many of them is said. Throws when not even an empty message fits.
 */
export function cutToFit<T>(
  message: Message,
  render: (fitted: Fitted) => T,
  fits: (rendered: T) => boolean,
): T {
  const clean = cleaned(message);
  const bare = [clean, lessOf(clean, { items: [] }), lessOf(clean, { items: [], details: [] })];
  for (const one of bare) {
    const rendered = render({ message: one, more: null });
    if (fits(rendered)) return rendered;
  }
  const last = bare.at(-1) ?? clean;
  let low = 0;
  let high = sizeOf(last) - 1;
  let best: T | null = null;
  while (low <= high) {
    const kept = Math.floor((low + high) / 2);
    const rendered = render(shortened(last, kept));
    if (fits(rendered)) {
      best = rendered;
      low = kept + 1;
    } else {
      high = kept - 1;
    }
  }
  if (best === null) throw new RangeError('not even an empty message fits');
  return best;
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

function lessOf(message: Message, less: Partial<Pick<MessageKeyResult, 'items' | 'details'>>): Message {
  const objectives = message.objectives.map((objective) => ({
    ...objective,
    keyResults: objective.keyResults.map((keyResult) => ({ ...keyResult, ...less })),
  }));
  return { ...message, objectives };
}

/** Every text on one line, without control and direction characters, and no longer than a line may be. */
export function cleaned(message: Message): Message {
  return {
    ...message,
    subject: line(message.subject, SUBJECT),
    summary: line(message.summary, LONGEST_LINE),
    notices: message.notices.map((notice) => line(notice, LONGEST_LINE)),
    objectives: message.objectives.map((objective) => ({
      ...objective,
      title: line(objective.title, LONGEST_TITLE),
      owner: objective.owner === null ? null : line(objective.owner, LONGEST_TITLE),
      team: objective.team === null ? null : line(objective.team, LONGEST_TITLE),
      statusText: line(objective.statusText, LONGEST_LINE),
      progressText: line(objective.progressText, LONGEST_LINE),
      keyResults: objective.keyResults.map(cleanedKeyResult),
    })),
  };
}

function cleanedKeyResult(keyResult: MessageKeyResult): MessageKeyResult {
  return {
    ...keyResult,
    title: line(keyResult.title, LONGEST_TITLE),
    statusText: line(keyResult.statusText, LONGEST_LINE),
    progressText: line(keyResult.progressText, LONGEST_LINE),
    valueText: line(keyResult.valueText, LONGEST_LINE),
    changeText: keyResult.changeText === null ? null : line(keyResult.changeText, LONGEST_LINE),
    details: keyResult.details.map((detail) => line(detail, LONGEST_LINE)),
    items: keyResult.items.map(({ text, url }) => ({ text: line(text, LONGEST_TITLE), url: webUrl(url) })),
  };
}

function line(text: string, length: number): string {
  return clip(cleanText(text), length);
}

/** Only what a browser opens as a page: a `javascript:` URL of a tool is no link. */
function webUrl(url: string | null): string | null {
  if (url === null || url.length > 2_000 || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
