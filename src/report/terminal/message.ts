import type { Message, MessageKeyResult } from '../message.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { wrap } from './width.ts';

/** A message as plain text, as `krsync notify --dry-run` shows what would go out. Ends with a line break. */
export function renderMessage(message: Message, terminal: Terminal): string {
  const context = createContext(terminal);
  const { colors, width } = context;
  const lines = [
    ...wrap(context.text(message.subject), width).map(colors.bold),
    ...wrap(context.text(message.summary), width),
  ];
  for (const objective of message.objectives) {
    const { title, statusText, progressText, owner, team } = objective;
    const facts = [statusText, progressText, ...[owner, team].filter((fact) => fact !== null)];
    lines.push('', ...wrap(context.text(title), width).map(colors.bold));
    lines.push(...wrap(context.text(facts.join(` ${context.glyphs.dot} `)), width).map(colors.dim));
    for (const keyResult of objective.keyResults) lines.push(...keyResultLines(context, keyResult));
  }
  if (message.notices.length > 0) lines.push('');
  for (const notice of message.notices) lines.push(...indented(context, notice, ' - '));
  return `${lines.join('\n')}\n`;
}

function keyResultLines(context: Context, keyResult: MessageKeyResult): readonly string[] {
  const { status, statusText, title, valueText, progressText, changeText, details, items } = keyResult;
  const facts = [statusText, valueText, progressText, ...(changeText === null ? [] : [changeText])];
  return [
    ...indented(context, title, ` ${context.sign(status)} `),
    ...indented(context, facts.join('; '), '   '),
    ...[...details, ...items.map(({ text }) => text)].flatMap((text) => indented(context, text, '     ')),
  ];
}

function indented(context: Context, text: string, margin: string): readonly string[] {
  const rest = ' '.repeat(margin.length);
  return wrap(context.text(text), context.width - margin.length).map(
    (line, index) => (index === 0 ? margin : rest) + line,
  );
}
