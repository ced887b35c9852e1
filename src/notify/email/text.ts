import type { MessageKeyResult, MessageObjective } from '../../report/message.ts';
import { type Fitted, keyResultFacts, objectiveFacts } from '../layout.ts';

/** The part of an email for readers of plain text. */
export function emailText({ message, more }: Fitted): string {
  const blocks = [message.subject, message.summary, ...message.objectives.map(objectiveText)];
  if (message.notices.length > 0) blocks.push(message.notices.map((notice) => `! ${notice}`).join('\n'));
  if (more !== null) blocks.push(more);
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function objectiveText(objective: MessageObjective): string {
  const head = [objective.title, `  ${objectiveFacts(objective).join(' · ')}`];
  return [...head, ...objective.keyResults.flatMap(keyResultLines)].join('\n');
}

function keyResultLines(keyResult: MessageKeyResult): readonly string[] {
  const { title, details, items } = keyResult;
  return [
    '',
    `- ${title}`,
    `  ${keyResultFacts(keyResult).join(' · ')}`,
    ...details.map((detail) => `  ${detail}`),
    ...items.map(({ text, url }) => `  * ${text}${url === null ? '' : ` ${url}`}`),
  ];
}
