import { formatAge, formatCount } from '../format.ts';
import type { ChannelModel, StatusModel } from '../model.ts';
import type { Context } from './context.ts';
import { wrap } from './width.ts';

/** Each channel with when it was last sent something and what waits; below it why it fails. */
export function channelLines(context: Context, { channels, asOf }: StatusModel): readonly string[] {
  const { colors, width } = context;
  return channels.flatMap((channel) => {
    const { id, kind, lastSentAt, waiting, givenUp, disabledAt, error } = channel;
    const facts = [
      stateOf(channel),
      lastSentAt === null ? 'nothing sent yet' : `last sent ${formatAge(lastSentAt, asOf)}`,
      ...(waiting > 0 ? [`${formatCount(waiting, 'message')} waiting`] : []),
      ...(givenUp > 0 ? [`${formatCount(givenUp, 'message')} given up`] : []),
    ];
    const wrong = disabledAt !== null || error !== null;
    const sign = context.sign(wrong ? 'off_track' : 'on_track');
    const text = `${sign} ${id} (${kind}): ${facts.join(', ')}`;
    const lines = wrap(context.text(text), width - 1).map(
      (line) => ` ${(wrong ? colors.red : colors.green)(line)}`,
    );
    if (error === null) return lines;
    return [...lines, ...wrap(context.text(error), width - 3).map((line) => `   ${colors.red(line)}`)];
  });
}

function stateOf({ disabledAt, error }: ChannelModel): string {
  if (disabledAt !== null) return 'disabled';
  return error === null ? 'ok' : 'failed';
}
