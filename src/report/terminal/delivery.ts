import { formatCount, type LocalClock } from '../format.ts';
import { createContext, type Terminal } from './context.ts';
import { labelled } from './table.ts';
import { wrap } from './width.ts';

/** How it went with one channel, as a person is told. */
export interface ToldDelivery {
  readonly channel: string;
  readonly kind: string;
  readonly sent: number;
  readonly waiting: number;
  readonly givenUp: number;
  readonly outdated: number;
  readonly quietUntil: number | null;
  readonly disabled: boolean;
  readonly error: { readonly message: string; readonly endpoint: string; readonly remedy: string } | null;
}

/** A line for each channel that did something or could not; empty where there is nothing to say. */
export function renderDeliveries(
  deliveries: readonly ToldDelivery[],
  terminal: Terminal,
  clock: LocalClock,
): string {
  const context = createContext(terminal);
  const { colors, width } = context;
  const lines: string[] = [];
  for (const delivery of deliveries) {
    const { channel, kind, sent, waiting, givenUp, outdated, quietUntil, disabled, error } = delivery;
    const refused = givenUp - outdated;
    const parts = [
      ...(sent > 0 ? [`${formatCount(sent, 'message')} sent`] : []),
      ...(refused > 0 ? [`${formatCount(refused, 'message')} given up`] : []),
      ...(outdated > 0 ? [`${formatCount(outdated, 'message')} given up after two weeks`] : []),
      ...(waiting > 0 ? [`${formatCount(waiting, 'message')} waiting`] : []),
      ...(quietUntil !== null && waiting > 0
        ? [`quiet until ${clock.dateTime(new Date(quietUntil).toISOString())}`]
        : []),
      ...(disabled ? ['disabled'] : []),
    ];
    if (parts.length === 0 && error === null) continue;
    const failed = error !== null || givenUp > 0;
    const sign = context.sign(failed ? 'off_track' : 'on_track');
    const text = `${sign} channel ${channel} (${kind}): ${parts.join(', ') || 'failed'}`;
    lines.push(...wrap(context.text(text), width).map(failed ? colors.red : colors.green));
    if (error === null) continue;
    lines.push(...labelled(context, 'why', context.text(error.message), { indent: 3 }));
    lines.push(...labelled(context, 'at', context.text(error.endpoint), { indent: 3 }));
    lines.push(...labelled(context, 'to do', context.text(error.remedy), { indent: 3 }));
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
