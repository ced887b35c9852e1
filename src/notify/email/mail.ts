import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { Logger } from 'pino';
import type { Message } from '../../report/message.ts';
import type { ChartPng } from '../chart-png.ts';
import type { ChannelContext } from '../contract.ts';
import { cutToFit } from '../layout.ts';
import { noChartsWords } from '../no-charts.ts';
import { emailHtml, type Pictures } from './html.ts';
import type { EmailSettings } from './settings.ts';
import { emailText } from './text.ts';

/** Beyond so many bytes of HTML Gmail shows a part of the message only. */
const LONGEST_HTML = 95_000;
const MOST_CHARTS = 12;

/** The message as mail programs take it. The same message has the same Message-ID, so that a repeat is told. */
export async function mailOf(
  { settings, now, logger }: Pick<ChannelContext<EmailSettings>, 'settings' | 'now' | 'logger'>,
  message: Message,
): Promise<SendMailOptions> {
  const charts = settings.charts ? await chartsOf(message, logger) : [];
  const pictures: Pictures = new Map(
    charts.map(({ keyResult, alt }, i) => [keyResult, { cid: cidOf(i), alt }]),
  );
  const { html, text, subject } = cutToFit(
    message,
    (fitted) => ({
      html: emailHtml(fitted, pictures),
      text: emailText(fitted),
      subject: fitted.message.subject,
    }),
    (rendered) => Buffer.byteLength(rendered.html) <= LONGEST_HTML,
  );
  return {
    from: settings.from,
    to: settings.to,
    subject,
    messageId: messageIdOf(settings, message),
    date: new Date(now()),
    headers: {
      // No answer of an absence notice: https://www.rfc-editor.org/rfc/rfc3834#section-5
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    text,
    html,
    attachments: charts
      .map((chart, i) => ({ chart, cid: cidOf(i) }))
      .filter(({ cid }) => html.includes(`cid:${cid}`))
      .map(({ chart, cid }) => ({
        cid,
        filename: `${cid.split('@')[0]}.png`,
        contentType: 'image/png',
        contentDisposition: 'inline' as const,
        content: Buffer.from(chart.png),
      })),
  };
}

async function chartsOf(message: Message, logger: Logger): Promise<readonly ChartPng[]> {
  try {
    const { chartPngs } = await import('../chart-png.ts');
    return await chartPngs(message, MOST_CHARTS);
  } catch (error) {
    logger.warn(`The email goes out without its charts: ${noChartsWords(error)}`);
    return [];
  }
}

function cidOf(index: number): string {
  return `chart-${index + 1}@krsync`;
}

function messageIdOf({ from }: EmailSettings, { id }: Message): string {
  const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'krsync';
  return `<krsync.${createHash('sha256').update(id).digest('hex').slice(0, 32)}@${domain}>`;
}
