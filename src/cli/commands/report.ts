import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { status } from '../../app.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { EXIT, type ExitCode, type Io, print, printError } from '../io.ts';
import { asOfTime, type GlobalFlags, withApp } from '../session.ts';

export interface ReportOptions {
  readonly format: 'md' | 'json';
  readonly output?: string;
  readonly cycle?: string;
}

export async function reportCommand(io: Io, flags: GlobalFlags, options: ReportOptions): Promise<ExitCode> {
  const model = await withApp(io, flags, 'read', 'report', (app) =>
    status(app, asOfTime(io, flags), options.cycle),
  );
  const text = options.format === 'json' ? `${JSON.stringify(model, null, 2)}\n` : renderMarkdown(model);
  if (options.output === undefined) print(io, text);
  else {
    const file = resolve(io.cwd, options.output);
    writeFileSync(file, text);
    printError(io, `Wrote ${file}`);
  }
  return EXIT.ok;
}
