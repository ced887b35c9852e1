import type { Status } from '../../domain/okr.ts';
import { CHART_KEY } from '../../report/chart-image.ts';
import { escapeHtml } from '../../report/html/markup.ts';
import type { MessageKeyResult, MessageObjective } from '../../report/message.ts';
import { PALETTES } from '../../report/palette.ts';
import { type Fitted, keyResultFacts, objectiveFacts } from '../layout.ts';

/** By `objective/key result`: the Content-ID of the picture and its words. */
export type Pictures = ReadonlyMap<string, { readonly cid: string; readonly alt: string }>;

const COLOURS = PALETTES.light;
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

const STATUS_COLOURS: Readonly<Record<Status, readonly [ink: string, back: string]>> = {
  on_track: [COLOURS.good, COLOURS.goodBack],
  achieved: [COLOURS.good, COLOURS.goodBack],
  at_risk: [COLOURS.warn, COLOURS.warnBack],
  off_track: [COLOURS.bad, COLOURS.badBack],
  held: [COLOURS.odd, COLOURS.oddBack],
  stale: [COLOURS.odd, COLOURS.oddBack],
  no_data: [COLOURS.none, COLOURS.noneBack],
  closed: [COLOURS.none, COLOURS.noneBack],
};

/**
 * The part of an email for everybody else: one column of tables with styles in place, which is what mail programs
 * have in common, and nothing that is loaded from elsewhere.
 */
export function emailHtml({ message, more }: Fitted, pictures: Pictures): string {
  const { subject, summary, objectives, notices } = message;
  const rows = [
    cell(
      `<h1 dir="auto" style="margin:0;font-size:22px;line-height:1.3">${escapeHtml(subject)}</h1>`,
      '24px 24px 4px',
    ),
    summary === '' ? '' : cell(`<div dir="auto">${escapeHtml(summary)}</div>`, '0 24px 8px'),
    ...objectives.map((objective) => objectiveRows(objective, pictures)),
    notices.length === 0 ? '' : cell(notices.map(noticeHtml).join(''), '16px 24px'),
    more === null ? '' : cell(escapeHtml(more), '8px 24px', COLOURS.soft),
    pictures.size === 0 ? '' : cell(quiet(CHART_KEY), '16px 24px 8px'),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:16px 0;background:${COLOURS.paper};color:${COLOURS.ink};${FONT};font-size:15px;line-height:1.5">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="640" cellpadding="0" cellspacing="0" style="width:100%;max-width:640px;background:${COLOURS.card};border:1px solid ${COLOURS.line};border-radius:8px">
${rows.filter((row) => row !== '').join('\n')}
<tr><td style="padding:8px"></td></tr></table>
</td></tr></table></body></html>
`;
}

function objectiveRows(objective: MessageObjective, pictures: Pictures): string {
  const [, ...facts] = objectiveFacts(objective);
  const head = `<h2 dir="auto" style="margin:0;font-size:17px;line-height:1.35">${escapeHtml(objective.title)}</h2>${badge(objective.status, objective.statusText)} ${quiet(joined(facts))}`;
  const rows = objective.keyResults.map((keyResult) =>
    keyResultRow(keyResult, pictures.get(`${objective.id}/${keyResult.id}`)),
  );
  return [cell(head, '20px 24px 4px'), ...rows].join('\n');
}

function keyResultRow(
  keyResult: MessageKeyResult,
  picture: { readonly cid: string; readonly alt: string } | undefined,
): string {
  const { title, status, statusText, details, items } = keyResult;
  const [, ...facts] = keyResultFacts(keyResult);
  const parts = [
    `<div dir="auto" style="font-weight:600">${escapeHtml(title)}</div>`,
    `<div>${badge(status, statusText)} ${joined(facts)}</div>`,
    ...details.map((detail) => `<div dir="auto">${quiet(escapeHtml(detail))}</div>`),
  ];
  if (picture !== undefined) {
    parts.push(
      `<img src="cid:${picture.cid}" alt="${escapeHtml(picture.alt)}" width="560" style="display:block;width:100%;max-width:560px;height:auto;margin:8px 0;border:0">`,
    );
  }
  if (items.length > 0) {
    const list = items.map(({ text, url }) => `<li dir="auto">${linked(text, url)}</li>`).join('');
    parts.push(`<ul style="margin:4px 0 0;padding-left:20px;font-size:14px">${list}</ul>`);
  }
  return cell(parts.join('\n'), '10px 24px');
}

function noticeHtml(notice: string): string {
  return `<div dir="auto" style="margin:4px 0;padding:8px 12px;background:${COLOURS.warnBack};color:${COLOURS.warn};border-radius:4px">${escapeHtml(notice)}</div>`;
}

function badge(status: Status, text: string): string {
  const [ink, back] = STATUS_COLOURS[status];
  return `<span style="display:inline-block;padding:0 8px;border-radius:10px;background:${back};color:${ink};font-size:13px;font-weight:600">${escapeHtml(text)}</span>`;
}

function quiet(html: string): string {
  return `<span style="color:${COLOURS.soft};font-size:14px">${html}</span>`;
}

/** Side by side, so that a name written from right to left does not turn its neighbours round. */
function joined(facts: readonly string[]): string {
  return facts.map((fact) => `<bdi>${escapeHtml(fact)}</bdi>`).join(' · ');
}

function linked(text: string, url: string | null): string {
  if (url === null) return escapeHtml(text);
  return `<a href="${escapeHtml(url)}" style="color:${COLOURS.accent};text-decoration-color:${COLOURS.line}">${escapeHtml(text)}</a>`;
}

function cell(html: string, padding: string, colour: string = COLOURS.ink): string {
  return `<tr><td style="padding:${padding};color:${colour};overflow-wrap:anywhere">${html}</td></tr>`;
}
