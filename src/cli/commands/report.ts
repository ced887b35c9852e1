import { extname, resolve } from 'node:path';
import { report } from '../../app.ts';
import type { ReportModel } from '../../report/detail.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { EXIT, type ExitCode, type Io, print, printError } from '../io.ts';
import { writeWhole } from '../output/file.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

const REPORT_FORMATS = ['md', 'html', 'json'] as const;
type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportOptions {
  /** Default: what the output file's name ends with, else Markdown. */
  readonly format?: ReportFormat;
  /** Default: standard output. */
  readonly output?: string;
  readonly cycle?: string;
}

export async function reportCommand(io: Io, flags: GlobalFlags, options: ReportOptions): Promise<ExitCode> {
  const { output } = options;
  const model = await withApp(io, flags, 'read', 'report', (app) =>
    report(app, asOfTime(io, flags), options.cycle),
  );
  const format = options.format ?? formatOf(output) ?? (flags.json === true ? 'json' : 'md');
  const text = await rendered(model, format);
  if (output === undefined) print(io, text);
  else {
    const file = resolve(io.cwd, output);
    writeWhole(file, text);
    printError(io, `Wrote ${file}`);
  }
  return EXIT.ok;
}

async function rendered(model: ReportModel, format: ReportFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(model, null, 2)}\n`;
  if (format === 'md') return renderMarkdown(model);
  const { renderHtml } = await import('../../report/html/page.ts');
  return renderHtml(model);
}

/** By the ending of a file's name; undefined for one that says nothing. */
function formatOf(output: string | undefined): ReportFormat | undefined {
  const ending = extname(output ?? '')
    .slice(1)
    .toLowerCase();
  if (ending === 'htm') return 'html';
  if (ending === 'markdown') return 'md';
  return REPORT_FORMATS.find((format) => format === ending);
}
