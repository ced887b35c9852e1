import type { Status } from '../../domain/okr.ts';
import { formatCount, formatNumber, type LocalClock, localClock } from '../format.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { type PreviewedTable, previewLines } from './preview.ts';
import { labelled } from './table.ts';
import { wrap } from './width.ts';

/** What a check of one source found, as `doctor` shows it. */
export interface CheckedSource {
  readonly source: string;
  readonly kind: string;
  readonly problems: readonly {
    readonly message: string;
    readonly endpoint: string;
    readonly remedy: string;
  }[];
  /** The first rows of its tables as the settings map them; null where its kind maps nothing, or it failed. */
  readonly previews: readonly PreviewedTable[] | null;
}

export interface DoctorOptions {
  /** IANA zone in which times are shown. */
  readonly timezone: string;
}

/** A key result with what keeps it from having data. */
export interface CheckedKeyResult {
  readonly keyResult: string;
  readonly title: string;
  readonly value: number | null;
  readonly problems: readonly {
    /** The term or guard that it is about. */
    readonly part: string | null;
    readonly message: string;
    readonly remedy: string | null;
  }[];
}

/** What a check of one channel found. */
export interface CheckedChannel extends Pick<CheckedSource, 'kind' | 'problems'> {
  readonly channel: string;
}

export interface DoctorFindings {
  readonly sources: readonly CheckedSource[];
  /** Default: none. */
  readonly channels?: readonly CheckedChannel[];
  readonly keyResults: readonly CheckedKeyResult[];
  /** Whether anything was ever pulled. */
  readonly pulled: boolean;
}

/** Each source with what it lacks, then the key results that would have no data. Ends with a line break. */
export function renderDoctor(findings: DoctorFindings, terminal: Terminal, options: DoctorOptions): string {
  const context = createContext(terminal);
  const clock = localClock(options.timezone);
  const { colors } = context;
  const lines = [colors.bold('Sources')];
  for (const checked of findings.sources) lines.push(...sourceLines(context, checked, clock));
  const { channels = [] } = findings;
  if (channels.length > 0) lines.push('', colors.bold('Channels'));
  for (const { channel, kind, problems } of channels) {
    lines.push(...sourceLines(context, { source: channel, kind, problems, previews: null }, clock));
  }
  lines.push('', colors.bold('Key results'), ...keyResultLines(context, findings));
  return `${lines.join('\n')}\n`;
}

function keyResultLines(context: Context, { keyResults, pulled }: DoctorFindings): readonly string[] {
  const { colors } = context;
  const lacking = keyResults.filter(({ problems }) => problems.length > 0);
  const lines = lacking.flatMap((one) => problemLines(context, one, pulled));
  const fine = keyResults.length - lacking.length;
  const all =
    fine === 1
      ? 'the key result'
      : fine === 2
        ? 'both key results'
        : `all ${formatCount(fine, 'key result')}`;
  const them = lacking.length === 0 ? all : fine === 1 ? 'the other' : `the other ${formatNumber(fine, 0)}`;
  const [find, read, have] = fine === 1 ? ['finds', 'it reads', 'has'] : ['find', 'they read', 'have'];
  if (!pulled) {
    const rest = fine === 0 ? '' : `${them} ${find} what ${read}; `;
    lines.push(
      ...hanging(context, 'no_data', `${rest}nothing was pulled yet: run krsync update`, colors.dim),
    );
  } else if (fine > 0) {
    lines.push(...hanging(context, 'on_track', `${them} ${have} data`, colors.green));
  }
  return lines;
}

function problemLines(
  context: Context,
  { keyResult, value, problems }: CheckedKeyResult,
  pulled: boolean,
): readonly string[] {
  const { colors } = context;
  const partial = value !== null ? 'wants a look' : pulled ? 'has no data' : 'would have no data';
  const lines = [...hanging(context, 'no_data', `${context.text(keyResult)} ${partial}`, colors.yellow)];
  for (const { part, message, remedy } of problems) {
    const about = part === null ? message : `${part}: ${message}`;
    lines.push(...labelled(context, 'why', context.text(about), { indent: 3 }));
    if (remedy !== null) lines.push(...labelled(context, 'to do', context.text(remedy), { indent: 3 }));
  }
  return lines;
}

function hanging(
  context: Context,
  sign: Status,
  text: string,
  style: (line: string) => string,
): readonly string[] {
  return wrap(`${context.sign(sign)} ${text}`, context.width - 3).map(
    (line, index) => `${index === 0 ? ' ' : '   '}${style(line)}`,
  );
}

function sourceLines(
  context: Context,
  { source, kind, problems, previews }: CheckedSource,
  clock: LocalClock,
): readonly string[] {
  const { colors } = context;
  const name = `${context.text(source)} (${context.text(kind)})`;
  if (problems.length === 0) {
    return [
      ...hanging(context, 'on_track', `${name}: all it needs is there`, colors.green),
      ...(previews ?? []).flatMap((preview) => previewLines(context, preview, clock)),
    ];
  }
  return problems.flatMap(({ message, endpoint, remedy }) => [
    ...hanging(context, 'off_track', `${name}: ${context.text(message)}`, colors.red),
    ...labelled(context, 'at', context.text(endpoint), { indent: 3 }),
    ...labelled(context, 'to do', context.text(remedy), { indent: 3 }),
  ]);
}
