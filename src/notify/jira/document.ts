import { STATUS_SIGNS } from '../../report/markdown.ts';
import type { MessageKeyResult, MessageObjective } from '../../report/message.ts';
import { type Fitted, keyResultFacts, objectiveFacts } from '../layout.ts';

type Mark =
  | { readonly type: 'strong' }
  | { readonly type: 'link'; readonly attrs: { readonly href: string } };
type Inline =
  | { readonly type: 'text'; readonly text: string; readonly marks?: readonly Mark[] }
  | { readonly type: 'hardBreak' };
interface Paragraph {
  readonly type: 'paragraph';
  readonly content: readonly Inline[];
}
interface Heading {
  readonly type: 'heading';
  readonly attrs: { readonly level: 3 };
  readonly content: readonly Inline[];
}
interface Item {
  readonly type: 'listItem';
  readonly content: readonly (Paragraph | List)[];
}
interface List {
  readonly type: 'bulletList';
  readonly content: readonly Item[];
}

/** https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ */
interface JiraDocument {
  readonly type: 'doc';
  readonly version: 1;
  readonly content: readonly (Paragraph | Heading | List)[];
}

/** The message as Jira Cloud's document, whose text nodes are literal. The last line tells which message it is. */
export function messageDocument({ message, more }: Fitted, mark: string): JiraDocument {
  const { subject, summary, objectives, notices } = message;
  return {
    type: 'doc',
    version: 1,
    content: [
      { type: 'heading', attrs: { level: 3 }, content: [plain(subject)] },
      ...(summary === '' ? [] : [paragraph([plain(summary)])]),
      ...objectives.flatMap(objectiveNodes),
      ...(notices.length === 0 ? [] : [list(notices.map((notice) => item([paragraph([plain(notice)])])))]),
      ...(more === null ? [] : [paragraph([plain(more)])]),
      paragraph([plain(mark)]),
    ],
  };
}

function objectiveNodes(objective: MessageObjective): readonly (Paragraph | List)[] {
  const { title, status, keyResults } = objective;
  const facts = `${STATUS_SIGNS[status]} ${objectiveFacts(objective).join(' · ')}`;
  const head = paragraph([strong(title), { type: 'hardBreak' }, plain(facts)]);
  return keyResults.length === 0 ? [head] : [head, list(keyResults.map(keyResultItem))];
}

function keyResultItem(keyResult: MessageKeyResult): Item {
  const { title, status, details, items } = keyResult;
  const facts = `${STATUS_SIGNS[status]} ${keyResultFacts(keyResult).join(' · ')}`;
  const below = [
    ...details.map((detail) => item([paragraph([plain(detail)])])),
    ...items.map(({ text, url }) => item([paragraph([linked(text, url)])])),
  ];
  const head = paragraph([strong(title), { type: 'hardBreak' }, plain(facts)]);
  return item(below.length === 0 ? [head] : [head, list(below)]);
}

function paragraph(content: readonly Inline[]): Paragraph {
  return { type: 'paragraph', content };
}

function list(content: readonly Item[]): List {
  return { type: 'bulletList', content };
}

function item(content: readonly (Paragraph | List)[]): Item {
  return { type: 'listItem', content };
}

/** A text node without a text is refused. */
function plain(text: string): Inline {
  return { type: 'text', text: text === '' ? ' ' : text };
}

function strong(text: string): Inline {
  return { type: 'text', text: text === '' ? ' ' : text, marks: [{ type: 'strong' }] };
}

function linked(text: string, url: string | null): Inline {
  if (url === null) return plain(text);
  return { type: 'text', text: text === '' ? url : text, marks: [{ type: 'link', attrs: { href: url } }] };
}
