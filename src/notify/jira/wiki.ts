import { STATUS_SIGNS } from '../../report/markdown.ts';
import type { MessageKeyResult, MessageObjective } from '../../report/message.ts';
import { type Fitted, keyResultFacts, objectiveFacts } from '../layout.ts';

/** The message in the wiki markup of Jira Server and Data Center. The last line tells which message it is. */
export function messageWiki({ message, more }: Fitted, mark: string): string {
  const { subject, summary, objectives, notices } = message;
  const blocks = [
    `h3. ${escapeWiki(subject)}`,
    escapeWiki(summary),
    ...objectives.map(objectiveWiki),
    notices.map((notice) => `* ${escapeWiki(notice)}`).join('\n'),
    more ?? '',
    escapeWiki(mark),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function objectiveWiki(objective: MessageObjective): string {
  const { title, status, keyResults } = objective;
  const facts = escapeWiki(objectiveFacts(objective).join(' · '));
  const head = `{*}${escapeWiki(title)}{*}\n${STATUS_SIGNS[status]} ${facts}`;
  return keyResults.length === 0 ? head : `${head}\n\n${keyResults.map(keyResultWiki).join('\n')}`;
}

function keyResultWiki(keyResult: MessageKeyResult): string {
  const { title, status, details, items } = keyResult;
  const facts = escapeWiki(keyResultFacts(keyResult).join(' · '));
  return [
    `* {*}${escapeWiki(title)}{*} ${STATUS_SIGNS[status]} ${facts}`,
    ...details.map((detail) => `** ${escapeWiki(detail)}`),
    ...items.map(({ text, url }) => `** ${linked(text, url)}`),
  ].join('\n');
}

function linked(text: string, url: string | null): string {
  if (url === null) return escapeWiki(text);
  return `[${escapeWiki(text)}|${url.replace(/[|\]{}\\]/g, (sign) => encodeURIComponent(sign))}]`;
}

/**
 * Text of others as literal text. A backslash before a sign takes its meaning away, but two of them break the line, so
 * that a backslash itself is written by its number.
 * https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=miscellaneous
 */
function escapeWiki(text: string): string {
  return text.replace(/[\\&!#()*+:?@[\]^_{|}~-]/g, (sign) => WRITTEN[sign] ?? `\\${sign}`);
}

const WRITTEN: Readonly<Record<string, string>> = { '\\': '&#92;', '&': '&amp;' };
