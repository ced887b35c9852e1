import { STATUS_SIGNS } from '../../report/markdown.ts';
import { escapeMarkdown } from '../../report/markdown-text.ts';
import type { MessageKeyResult, MessageObjective } from '../../report/message.ts';
import { type Fitted, keyResultFacts, objectiveFacts } from '../layout.ts';

/** The message in GitHub's Markdown; nothing of another's text in it formats, mentions or refers. */
export function messageMarkdown({ message, more }: Fitted): string {
  const { subject, summary, objectives, notices } = message;
  const blocks = [
    `### ${plain(subject)}`,
    plain(summary),
    ...objectives.map(objectiveMarkdown),
    notices.map((notice) => `> ${plain(notice)}`).join('\n>\n'),
    more ?? '',
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function objectiveMarkdown(objective: MessageObjective): string {
  const { title, status, keyResults } = objective;
  const facts = objectiveFacts(objective).map(plain).join(' · ');
  const head = `**${plain(title)}**\\\n${STATUS_SIGNS[status]} ${facts}`;
  if (keyResults.length === 0) return head;
  return `${head}\n\n${keyResults.map(keyResultMarkdown).join('\n')}`;
}

function keyResultMarkdown(keyResult: MessageKeyResult): string {
  const { title, status, details, items } = keyResult;
  const facts = keyResultFacts(keyResult).map(plain).join(' · ');
  return [
    `- **${plain(title)}**\\\n  ${STATUS_SIGNS[status]} ${facts}`,
    ...details.map((detail) => `  - ${plain(detail)}`),
    ...items.map(({ text, url }) => `  - ${linked(plain(text), url)}`),
  ].join('\n');
}

/** GitHub makes links of bare addresses, and takes the signs that escape what follows them for a part of them. */
function plain(text: string): string {
  return escapeMarkdown(text)
    .replace(/\b(https?|ftp):\/\//gi, '$1:&#8203;//')
    .replace(/\bwww\./gi, (word) => `${word.slice(0, 3)}&#8203;.`);
}

function linked(text: string, url: string | null): string {
  if (url === null) return text;
  return `[${text}](${url.replace(/[()\\<>\s]/g, (sign) => encodeURIComponent(sign).replace(/[()]/, percent))})`;
}

function percent(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16)}`;
}
