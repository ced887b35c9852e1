import type { Status } from '../../domain/okr.ts';
import { STATUS_SIGNS } from '../../report/markdown.ts';
import type { Message, MessageKeyResult, MessageObjective } from '../../report/message.ts';
import { cutToFit, type Fitted, keyResultFacts, objectiveFacts } from '../layout.ts';

/**
 * A run of text is literal, where a TextBlock reads Markdown: so all text stands in runs.
 * https://adaptivecards.io/explorer/RichTextBlock.html
 */
interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Large' | 'Medium';
  readonly isSubtle?: true;
  readonly color?: 'Good' | 'Warning' | 'Attention';
  readonly selectAction?: { readonly type: 'Action.OpenUrl'; readonly url: string };
}

interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
  readonly spacing?: 'None' | 'Small' | 'Medium';
}

interface Container {
  readonly type: 'Container';
  readonly items: readonly RichTextBlock[];
  readonly separator?: true;
  readonly spacing?: 'Medium';
}

interface Card {
  readonly type: 'AdaptiveCard';
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly version: '1.2';
  readonly fallbackText: string;
  readonly body: readonly (RichTextBlock | Container)[];
  readonly msteams: { readonly width: 'Full' };
}

/** What a workflow that posts to a channel takes. https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
interface Envelope {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: Card;
    },
  ];
}

/**
 * 28,672 bytes are what Teams takes. It counts the card as a text inside another, so that each quote counts twice:
 * https://github.com/MicrosoftDocs/msteams-docs/issues/11274
 */
const LONGEST = 26_000;

const COLOURS: Partial<Readonly<Record<Status, TextRun['color']>>> = {
  on_track: 'Good',
  achieved: 'Good',
  at_risk: 'Warning',
  off_track: 'Attention',
};

/** The message as a card, cut to what Teams takes. */
export function teamsMessage(message: Message): Envelope {
  return cutToFit(message, envelope, (rendered) => sizeInTeams(rendered) <= LONGEST);
}

/** Every sign beyond ASCII may be written as `\uXXXX`. */
function sizeInTeams(sent: Envelope): number {
  let size = 0;
  for (const unit of JSON.stringify(JSON.stringify(sent))) size += unit < '\u0080' ? 1 : 6 * unit.length;
  return size;
}

function envelope(fitted: Fitted): Envelope {
  const content = card(fitted);
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

function card({ message, more }: Fitted): Card {
  const { subject, summary, objectives, notices } = message;
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.2',
    fallbackText: summary === '' ? subject : `${subject}: ${summary}`,
    msteams: { width: 'Full' },
    body: [
      block([{ ...run(subject), weight: 'Bolder', size: 'Large' }]),
      ...(summary === '' ? [] : [block([run(summary)], 'Small')]),
      ...objectives.map(objectiveContainer),
      ...notices.map(
        (notice): RichTextBlock => block([{ ...run(`⚠ ${notice}`), color: 'Warning' }], 'Small'),
      ),
      ...(more === null ? [] : [block([subtle(more)], 'Medium')]),
    ],
  };
}

function objectiveContainer(objective: MessageObjective): Container {
  const { title, status, keyResults } = objective;
  const [statusText = '', ...facts] = objectiveFacts(objective);
  return {
    type: 'Container',
    separator: true,
    spacing: 'Medium',
    items: [
      block([{ ...run(title), weight: 'Bolder', size: 'Medium' }]),
      block([statusRun(status, statusText), subtle(` · ${facts.join(' · ')}`)], 'None'),
      ...keyResults.flatMap(keyResultBlocks),
    ],
  };
}

function keyResultBlocks(keyResult: MessageKeyResult): readonly RichTextBlock[] {
  const { title, status, details, items } = keyResult;
  const [statusText = '', ...facts] = keyResultFacts(keyResult);
  return [
    block([{ ...run(title), weight: 'Bolder' }], 'Medium'),
    block([statusRun(status, statusText), run(` · ${facts.join(' · ')}`)], 'None'),
    ...details.map((detail) => block([subtle(detail)], 'None')),
    ...items.map(({ text, url }) => block([run('• '), linked(text, url)], 'None')),
  ];
}

function statusRun(status: Status, text: string): TextRun {
  const color = COLOURS[status];
  return { ...run(`${STATUS_SIGNS[status]} ${text}`), ...(color === undefined ? {} : { color }) };
}

function linked(text: string, url: string | null): TextRun {
  return url === null ? run(text) : { ...run(text), selectAction: { type: 'Action.OpenUrl', url } };
}

function run(text: string): TextRun {
  return { type: 'TextRun', text };
}

function subtle(text: string): TextRun {
  return { ...run(text), isSubtle: true };
}

function block(inlines: readonly TextRun[], spacing?: RichTextBlock['spacing']): RichTextBlock {
  return { type: 'RichTextBlock', inlines, ...(spacing === undefined ? {} : { spacing }) };
}
