import * as z from 'zod';
import { type Received, type Receiver, type Reply, startReceiver } from './http.ts';

/** The structure and limits that Slack documents, strictly: https://docs.slack.dev/reference/block-kit/blocks */
const style = z.strictObject({
  bold: z.boolean().optional(),
  italic: z.boolean().optional(),
  strike: z.boolean().optional(),
  code: z.boolean().optional(),
});
const inline = z.union([
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style: style.optional() }),
  z.strictObject({
    type: z.literal('link'),
    url: z.url({ protocol: /^https?$/ }).max(3000),
    text: z.string().min(1).optional(),
    style: style.optional(),
  }),
]);
const section = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(inline).min(1) });
const list = z.strictObject({
  type: z.literal('rich_text_list'),
  style: z.enum(['bullet', 'ordered']),
  indent: z.int().min(0).max(8).optional(),
  elements: z.array(section).min(1),
});
const block = z.union([
  z.strictObject({
    type: z.literal('header'),
    text: z.strictObject({
      type: z.literal('plain_text'),
      text: z.string().min(1).max(150),
      emoji: z.boolean().optional(),
    }),
  }),
  z.strictObject({ type: z.literal('rich_text'), elements: z.array(z.union([section, list])).min(1) }),
]);
const blocks = z.array(block).min(1).max(50);
const message = z.strictObject({
  channel: z.string().min(1).optional(),
  text: z.string().min(1).max(40_000).optional(),
  blocks: blocks.optional(),
  mrkdwn: z.boolean().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
  metadata: z
    .strictObject({
      event_type: z.string().regex(/^[a-z_]+$/),
      event_payload: z.record(z.string(), z.unknown()),
    })
    .optional(),
});
export type SlackMessage = z.infer<typeof message>;

/** Where Slack begins to answer `msg_blocks_too_long`: https://github.com/slackapi/bolt-js/issues/2509 */
const TOO_LONG = 13_200;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface SlackFile {
  readonly name: string;
  readonly alt: string;
  readonly length: number;
  bytes: Buffer | null;
}

export interface SlackReceiver extends Receiver {
  readonly messages: SlackMessage[];
  readonly replies: {
    readonly thread: string;
    readonly comment: string;
    readonly titles: readonly string[];
    readonly files: SlackFile[];
  }[];
}

export const SLACK_TOKEN = 'xoxb-the-token-of-a-bot';
export const SLACK_CHANNEL = 'C0123456789';
export const WEBHOOK_PATH = '/services/T00000000/B00000000/secretSecretSecretSecret';

/** Stands in for the few addresses of Slack that are used, and refuses what Slack would. */
export async function startSlack(scopes = 'chat:write,files:write,channels:read'): Promise<SlackReceiver> {
  const messages: SlackMessage[] = [];
  const replies: SlackReceiver['replies'] = [];
  const files = new Map<string, SlackFile>();

  function refusalOf(found: SlackMessage): string | null {
    if (found.text === undefined && found.blocks === undefined) return 'no_text';
    return JSON.stringify(found.blocks ?? []).length > TOO_LONG ? 'msg_blocks_too_long' : null;
  }

  function byWebhook(request: Received): Reply {
    if (request.url.pathname !== WEBHOOK_PATH) return { status: 404, body: 'no_service' };
    const parsed = message
      .omit({ channel: true, metadata: true })
      .safeParse(JSON.parse(request.body.toString()));
    if (!parsed.success) return { status: 400, body: 'invalid_blocks' };
    const refusal = refusalOf(parsed.data);
    if (refusal !== null) return { status: 400, body: refusal };
    messages.push(parsed.data);
    return { body: 'ok' };
  }

  function post(json: unknown): Reply {
    const parsed = message.safeParse(json);
    if (!parsed.success) return failed('invalid_blocks');
    if (parsed.data.channel !== SLACK_CHANNEL) return failed('channel_not_found');
    const refusal = refusalOf(parsed.data);
    if (refusal !== null) return failed(refusal);
    messages.push(parsed.data);
    return { body: { ok: true, channel: SLACK_CHANNEL, ts: `1764000000.00000${messages.length}` } };
  }

  function complete(json: unknown): Reply {
    const shape = z.strictObject({
      files: z.array(z.strictObject({ id: z.string(), title: z.string() })).min(1),
      channel_id: z.literal(SLACK_CHANNEL),
      thread_ts: z.string().regex(/^\d+\.\d{6}$/),
      initial_comment: z.string(),
    });
    const parsed = shape.safeParse(json);
    if (!parsed.success) return failed('invalid_arguments');
    const found = parsed.data.files.map(({ id }) => files.get(id));
    if (found.some((file) => !file?.bytes)) return failed('file_not_found');
    replies.push({
      thread: parsed.data.thread_ts,
      comment: parsed.data.initial_comment,
      titles: parsed.data.files.map(({ title }) => title),
      files: found.filter((file) => file !== undefined),
    });
    return { body: { ok: true, files: parsed.data.files } };
  }

  function uploadUrl(form: URLSearchParams, base: string): Reply {
    const length = Number(form.get('length'));
    const name = form.get('filename') ?? '';
    if (!name || !(length > 0)) return failed('invalid_arguments');
    const id = `F${String(files.size + 1).padStart(9, '0')}`;
    files.set(id, { name, length, alt: form.get('alt_txt') ?? '', bytes: null });
    return { body: { ok: true, upload_url: `${base}/upload/v1/${id}`, file_id: id } };
  }

  function receiveFile({ url, headers, body }: Received): Reply {
    const file = files.get(url.pathname.split('/').at(-1) ?? '');
    const isPng = body.subarray(0, 8).equals(PNG);
    if (!file || headers.authorization !== undefined || body.length !== file.length || !isPng)
      return { status: 400, body: 'bad upload' };
    file.bytes = body;
    return { body: `OK - ${body.length}` };
  }

  const receiver = await startReceiver((request, base) => {
    const { pathname } = request.url;
    if (pathname.startsWith('/services/')) return byWebhook(request);
    if (pathname.startsWith('/upload/')) return receiveFile(request);
    if (request.headers.authorization !== `Bearer ${SLACK_TOKEN}`) return failed('invalid_auth');
    const isJson = request.headers['content-type'] === 'application/json; charset=utf-8';
    const text = request.body.toString();
    const granted = { 'x-oauth-scopes': scopes };
    switch (pathname) {
      case '/api/auth.test':
        return { headers: granted, body: { ok: true, team: 'Acme' } };
      case '/api/conversations.info':
        return new URLSearchParams(text).get('channel') === SLACK_CHANNEL
          ? { body: { ok: true, channel: { id: SLACK_CHANNEL, is_archived: false, is_member: true } } }
          : failed('channel_not_found');
      case '/api/chat.postMessage':
        return isJson ? post(JSON.parse(text)) : failed('invalid_post_type');
      case '/api/files.getUploadURLExternal':
        return uploadUrl(new URLSearchParams(text), base);
      case '/api/files.completeUploadExternal':
        return isJson ? complete(JSON.parse(text)) : failed('invalid_post_type');
      default:
        return failed('unknown_method');
    }
  });
  return { ...receiver, messages, replies };
}

function failed(error: string): Reply {
  return { body: { ok: false, error } };
}

/** All that a reader of the message sees, and where its links lead. */
export function shownIn({ blocks: all = [] }: SlackMessage): {
  readonly text: string;
  readonly links: string[];
} {
  const links: string[] = [];
  const texts: string[] = [];
  for (const one of all) {
    if (one.type === 'header') {
      texts.push(one.text.text);
      continue;
    }
    for (const element of one.elements) {
      const sections = element.type === 'rich_text_list' ? element.elements : [element];
      for (const found of sections.flatMap(({ elements }) => elements)) {
        if (found.type === 'link') links.push(found.url);
        texts.push(found.text ?? '');
      }
    }
  }
  return { text: texts.join('\n'), links };
}
