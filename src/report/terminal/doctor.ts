import { type LocalClock, localClock } from '../format.ts';
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
  /** The first rows of its tables; null where it has none to show. */
  readonly previews: readonly PreviewedTable[] | null;
}

export interface DoctorOptions {
  /** IANA zone in which times are shown. */
  readonly timezone: string;
}

/** A key result that has no value now, with the reason. */
export interface Dataless {
  readonly keyResult: string;
  readonly reason: string;
}

export interface DoctorFindings {
  readonly sources: readonly CheckedSource[];
  /** Null when nothing was recorded yet, so that nothing can be said of it. */
  readonly dataless: readonly Dataless[] | null;
}

/** Each source with what it lacks, then the key results that have no data. Ends with a line break. */
export function renderDoctor(findings: DoctorFindings, terminal: Terminal, options: DoctorOptions): string {
  const context = createContext(terminal);
  const clock = localClock(options.timezone);
  const { colors, width } = context;
  const lines = [colors.bold('Sources')];
  for (const checked of findings.sources) lines.push(...sourceLines(context, checked, clock));
  lines.push('', colors.bold('Key results'));
  if (findings.dataless === null) {
    lines.push(...wrap(' Nothing is recorded yet: run krsync update, then ask again.', width));
  } else if (findings.dataless.length === 0)
    lines.push(` ${colors.green(`${context.sign('on_track')} all have data`)}`);
  else {
    for (const { keyResult, reason } of findings.dataless) {
      lines.push(` ${colors.yellow(context.sign('no_data'))} ${context.text(keyResult)} has no data`);
      lines.push(...labelled(context, 'why', context.text(reason), { indent: 3 }));
    }
  }
  return `${lines.join('\n')}\n`;
}

function sourceLines(
  context: Context,
  { source, kind, problems, previews }: CheckedSource,
  clock: LocalClock,
): readonly string[] {
  const { colors, width } = context;
  const name = `${context.text(source)} (${context.text(kind)})`;
  if (problems.length === 0) {
    const fine = wrap(`${context.sign('on_track')} ${name}: all it needs is there`, width - 3);
    return [
      ...fine.map((line, index) => `${index === 0 ? ' ' : '   '}${colors.green(line)}`),
      ...(previews ?? []).flatMap((preview) => previewLines(context, preview, clock)),
    ];
  }
  return problems.flatMap(({ message, endpoint, remedy }) => [
    ...wrap(`${context.sign('off_track')} ${name}: ${context.text(message)}`, width - 3).map(
      (line, index) => `${index === 0 ? ' ' : '   '}${colors.red(line)}`,
    ),
    ...labelled(context, 'at', context.text(endpoint), { indent: 3 }),
    ...labelled(context, 'to do', context.text(remedy), { indent: 3 }),
  ]);
}
