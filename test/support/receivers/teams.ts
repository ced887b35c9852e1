import * as z from 'zod';
import { type Receiver, startReceiver } from './http.ts';

const spacing = z.enum(['None', 'Small', 'Default', 'Medium', 'Large', 'ExtraLarge', 'Padding']);
/** Of https://adaptivecards.io/schemas/1.2.1/adaptive-card.json, strictly, what is used here. */
const run = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string(),
  weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
  size: z.enum(['Default', 'Small', 'Medium', 'Large', 'ExtraLarge']).optional(),
  isSubtle: z.boolean().optional(),
  color: z.enum(['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention']).optional(),
  selectAction: z
    .strictObject({ type: z.literal('Action.OpenUrl'), url: z.url({ protocol: /^https?$/ }) })
    .optional(),
});
const block = z.strictObject({
  type: z.literal('RichTextBlock'),
  inlines: z.array(run).min(1),
  spacing: spacing.optional(),
});
const container = z.strictObject({
  type: z.literal('Container'),
  items: z.array(block).min(1),
  separator: z.boolean().optional(),
  spacing: spacing.optional(),
});
const envelope = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: z.strictObject({
        type: z.literal('AdaptiveCard'),
        $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
        // Workflows show no card above 1.4: https://github.com/microsoft/AdaptiveCards/issues/8965
        version: z.enum(['1.0', '1.1', '1.2', '1.3', '1.4']),
        fallbackText: z.string().min(1),
        body: z.array(z.union([block, container])).min(1),
        msteams: z.strictObject({ width: z.literal('Full') }),
      }),
    }),
  ]),
});
export type TeamsCard = z.infer<typeof envelope>['attachments'][0]['content'];

const MOST_BYTES = 28_672;
export const WORKFLOW_SIGNATURE = 'aSignatureOfTheWorkflow-0123456789';
export const WORKFLOW_PATH = `/workflows/0a1b2c/triggers/manual/paths/invoke?api-version=1&sig=${WORKFLOW_SIGNATURE}`;

export interface TeamsReceiver extends Receiver {
  readonly cards: { readonly key: string | null; readonly card: TeamsCard }[];
}

/** Answers as a workflow does, and posts what Teams would take: 202 means that the run has begun. */
export async function startTeams(): Promise<TeamsReceiver> {
  const cards: TeamsReceiver['cards'] = [];
  const receiver = await startReceiver(({ method, url, headers, body }) => {
    if (`${url.pathname}${url.search}` !== WORKFLOW_PATH)
      return { status: 401, body: { error: { code: 'DirectApiAuthorizationRequired' } } };
    if (method !== 'POST') return { status: 404, body: { error: { code: 'NotFound' } } };
    const parsed = envelope.safeParse(JSON.parse(body.toString()));
    if (!parsed.success) return { status: 400, body: { error: { code: 'TriggerInputSchemaMismatch' } } };
    // The card as a text inside another, as it reaches Teams.
    if (Buffer.byteLength(JSON.stringify(body.toString())) > MOST_BYTES)
      return { status: 413, body: { error: { code: 'MessageSizeExceeded' } } };
    const key = headers['x-ms-client-tracking-id'];
    cards.push({ key: typeof key === 'string' ? key : null, card: parsed.data.attachments[0].content });
    return { status: 202, headers: { 'x-ms-workflow-run-id': `run-${cards.length}` } };
  });
  return { ...receiver, cards };
}

/** All that a reader of the card sees, and where its links lead. */
export function shownIn({ body }: TeamsCard): { readonly text: string; readonly links: readonly string[] } {
  const blocks = body.flatMap((one) => (one.type === 'Container' ? one.items : [one]));
  const runs = blocks.map(({ inlines }) => inlines);
  return {
    text: runs.map((line) => line.map(({ text }) => text).join('')).join('\n'),
    links: runs.flat().flatMap(({ selectAction }) => (selectAction ? [selectAction.url] : [])),
  };
}
