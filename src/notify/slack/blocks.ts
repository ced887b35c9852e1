import { STATUS_SIGNS } from '../../report/markdown.ts';
import type { Message, MessageKeyResult, MessageObjective } from '../../report/message.ts';
import { clip } from '../../report/text.ts';
import { cutToFit, type Fitted, keyResultFacts, objectiveFacts } from '../layout.ts';

/**
 * Every text of others stands in a `rich_text` block, whose text elements are literal: nothing in them mentions,
 * links or formats. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export type Inline =
  | { readonly type: 'text'; readonly text: string; readonly style?: { readonly bold: true } }
  | { readonly type: 'link'; readonly url: string; readonly text: string };

interface Section {
  readonly type: 'rich_text_section';
  readonly elements: readonly Inline[];
}

interface List {
  readonly type: 'rich_text_list';
  readonly style: 'bullet';
  readonly indent: number;
  readonly elements: readonly Section[];
}

export type Block =
  | { readonly type: 'header'; readonly text: { type: 'plain_text'; text: string; emoji: false } }
  | { readonly type: 'rich_text'; readonly elements: readonly (Section | List)[] };

export interface SlackText {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const LONGEST_HEADER = 150;
/** https://docs.slack.dev/reference/block-kit/blocks */
const MOST_BLOCKS = 50;
/** A section holds 3,000; nothing is said of rich text, so that it keeps to the same. */
const LONGEST_BLOCK = 3_000;
/**
 * All blocks as JSON. Slack refuses somewhere above 13,000 (`msg_blocks_too_long`), what holds the text counted in,
 * and says nowhere where: https://github.com/slackapi/bolt-js/issues/2509
 */
const LONGEST_MESSAGE = 11_000;

/** The message as Slack shows it, cut to what Slack takes. */
export function slackText(message: Message): SlackText {
  return cutToFit(message, render, ({ blocks }) => {
    const sizes = blocks.map((block) => JSON.stringify(block).length);
    return blocks.length <= MOST_BLOCKS && sizes.reduce((sum, size) => sum + size + 1, 1) <= LONGEST_MESSAGE;
  });
}

function render({ message, more }: Fitted): SlackText {
  const { subject, summary, objectives, notices } = message;
  const blocks: Block[] = [
    { type: 'header', text: { type: 'plain_text', text: clip(subject, LONGEST_HEADER), emoji: false } },
  ];
  if (summary !== '') blocks.push(rich([section([plain(summary)])]));
  for (const objective of objectives) blocks.push(...objectiveBlocks(objective));
  if (notices.length > 0)
    blocks.push(...packed(notices.map((notice) => bullets([section([plain(notice)])]))));
  if (more !== null) blocks.push(rich([section([plain(more)])]));
  return { text: escapeText(summary === '' ? subject : `${subject}: ${summary}`), blocks };
}

function objectiveBlocks(objective: MessageObjective): readonly Block[] {
  const { title, status, keyResults } = objective;
  const facts = `\n${STATUS_SIGNS[status]} ${objectiveFacts(objective).join(' · ')}`;
  return packed([section([bold(title), plain(facts)]), ...keyResults.flatMap(keyResultElements)]);
}

function keyResultElements(keyResult: MessageKeyResult): readonly List[] {
  const { title, status, details, items } = keyResult;
  const facts = `\n${STATUS_SIGNS[status]} ${keyResultFacts(keyResult).join(' · ')}`;
  const below = [
    ...details.map((detail) => section([plain(detail)])),
    ...items.map(({ text, url }) => section([url === null ? plain(text) : { type: 'link', url, text }])),
  ];
  return [
    bullets([section([bold(title), plain(facts)])]),
    ...(below.length === 0 ? [] : [bullets(below, 1)]),
  ];
}

/** In as few blocks as the length of one allows. */
function packed(elements: readonly (Section | List)[]): readonly Block[] {
  const packs: (Section | List)[][] = [[]];
  let room = LONGEST_BLOCK;
  for (const element of elements) {
    const size = JSON.stringify(element).length;
    if (size > room && packs.at(-1)?.length !== 0) {
      packs.push([]);
      room = LONGEST_BLOCK;
    }
    packs.at(-1)?.push(element);
    room -= size;
  }
  return packs.map(rich);
}

function rich(elements: readonly (Section | List)[]): Block {
  return { type: 'rich_text', elements };
}

function section(elements: readonly Inline[]): Section {
  return { type: 'rich_text_section', elements };
}

function bullets(elements: readonly Section[], indent = 0): List {
  return { type: 'rich_text_list', style: 'bullet', indent, elements };
}

/** Slack refuses a text element without text. */
function plain(text: string): Inline {
  return { type: 'text', text: text === '' ? ' ' : text };
}

function bold(text: string): Inline {
  return { type: 'text', text: text === '' ? ' ' : text, style: { bold: true } };
}

/** The three signs that Slack reads in a text: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
