import * as z from 'zod';
import { ConnectorError } from '../../../connectors/errors.ts';
import { parseAnswer } from '../../../connectors/http.ts';
import { CHART_KEY } from '../../report/chart-image.ts';
import type { Message } from '../../report/message.ts';
import { clip } from '../../report/text.ts';
import type { ChartPng } from '../chart-png.ts';
import type { Receipt } from '../contract.ts';
import { noChartsWords } from '../no-charts.ts';
import { send } from '../send.ts';
import { call, type SlackContext, slackRefusal, slackSending } from './api.ts';
import type { SlackText } from './blocks.ts';

const posted = z.object({ channel: z.string(), ts: z.string() });
const upload = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string() });
const info = z.object({
  channel: z.object({ is_archived: z.boolean().nullish(), is_member: z.boolean().nullish() }),
});

/** A thread with more pictures is no longer looked through. */
const MOST_CHARTS = 6;
const LONGEST_ALT = 1_000;

export async function deliverByBot(
  context: SlackContext,
  message: Message,
  { text, blocks }: SlackText,
): Promise<Receipt> {
  const { settings, logger } = context;
  const { data, endpoint } = await call(context, 'chat.postMessage', {
    json: {
      channel: settings.channel,
      text,
      blocks,
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      // Slack drops no repeat by itself; whoever reads the channel by its API can.
      metadata: {
        event_type: 'krsync_message',
        event_payload: { id: message.id, kind: message.kind, as_of: message.asOf },
      },
    },
  });
  const { channel, ts } = parseAnswer(posted, data, endpoint);
  if (settings.charts) {
    try {
      await addCharts(context, message, channel, ts);
    } catch (error) {
      // The message has arrived: to send it again for its pictures would repeat it.
      logger.warn(`The message is in Slack, its charts are not: ${noChartsWords(error)}`);
    }
  }
  return { reference: `${channel} ${ts}` };
}

/** As one reply in the thread: a picture inside the message must have been digested by Slack before it is posted. */
async function addCharts(
  context: SlackContext,
  message: Message,
  channel: string,
  ts: string,
): Promise<void> {
  const { chartPngs } = await import('../chart-png.ts');
  const charts = await chartPngs(message, MOST_CHARTS);
  if (charts.length === 0) return;
  const files: { readonly id: string; readonly title: string }[] = [];
  for (const chart of charts) {
    files.push({ id: await uploadChart(context, chart, files.length + 1), title: clip(chart.title, 200) });
  }
  await call(context, 'files.completeUploadExternal', {
    json: { files, channel_id: channel, thread_ts: ts, initial_comment: CHART_KEY },
  });
}

/** https://docs.slack.dev/messaging/working-with-files#upload */
async function uploadChart(context: SlackContext, chart: ChartPng, number: number): Promise<string> {
  const { data, endpoint } = await call(context, 'files.getUploadURLExternal', {
    form: {
      filename: `chart-${number}.png`,
      length: String(chart.png.byteLength),
      alt_txt: clip(chart.alt, LONGEST_ALT),
    },
  });
  const { upload_url: url, file_id: id } = parseAnswer(upload, data, endpoint);
  // The address is signed by itself: it is not given the token.
  await send(context, {
    ...slackSending(context, url),
    headers: { 'content-type': 'application/octet-stream' },
    body: chart.png,
  });
  return id;
}

/** The token, its scopes as far as Slack tells them, and the channel where the scopes let it be seen. */
export async function checkBot(context: SlackContext): Promise<void> {
  const { settings } = context;
  const { headers, endpoint } = await call(context, 'auth.test', { form: {} });
  const scopes = headers.get('x-oauth-scopes')?.split(/,\s*/);
  if (scopes === undefined) return;
  const needed = settings.charts ? ['chat:write', 'files:write'] : ['chat:write'];
  const missing = needed.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) {
    throw new ConnectorError({
      code: 'forbidden',
      message: `The Slack app lacks the scope ${missing.map((scope) => `\`${scope}\``).join(' and ')}`,
      endpoint,
      remedy: missing.includes('chat:write')
        ? 'Add it under OAuth & Permissions and install the app again'
        : 'Add it under OAuth & Permissions and install the app again, or set `charts: false`',
    });
  }
  const { channel = '' } = settings;
  const seen = channel.startsWith('G') ? 'groups:read' : 'channels:read';
  if (!/^[CG][A-Z0-9]{6,}$/.test(channel) || !scopes.includes(seen)) return;
  await checkChannel(context, channel, scopes.includes('chat:write.public'));
}

async function checkChannel(context: SlackContext, channel: string, anyPublic: boolean): Promise<void> {
  const { data, headers, endpoint } = await call(context, 'conversations.info', { form: { channel } });
  const { is_archived: archived, is_member: member } = parseAnswer(info, data, endpoint).channel;
  const answer = { status: 200, headers };
  if (archived) throw slackRefusal(context, endpoint, answer, 'is_archived');
  if (member === false && !anyPublic) throw slackRefusal(context, endpoint, answer, 'not_in_channel');
}
