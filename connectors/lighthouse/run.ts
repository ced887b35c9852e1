import pLimit from 'p-limit';
import * as z from 'zod';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { parseJson } from '../http.ts';
import { isDue } from './every.ts';
import { launch } from './launch.ts';
import { findMachine, type Machine } from './machine.ts';
import { assertMeasured, type ParsedRun, parseAnsweredRun } from './parse.ts';
import { samplesOf, warnOfMissing } from './samples.ts';
import { type LighthouseSettings, type RunPage, subjectOf } from './settings.ts';

/** Two runs side by side would measure each other. */
const oneAtATime = pLimit(1);

/** When the runs of a day began, and how many of them are stored. */
const cursorSchema = z.object({ at: z.number(), done: z.number() });
type Cursor = z.infer<typeof cursorSchema>;

/** Measures the page `runs` times, unless that was done within `every`. A run to a batch: what is stored stays. */
export async function* pullRuns(
  context: PullContext<LighthouseSettings>,
  page: RunPage,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const now = context.now();
  const before = readCursor(cursorSchema, cursor);
  const due = isDue(before?.at ?? null, page.every, now);
  const { at, done } = before === null || due ? { at: now, done: 0 } : before;
  if (done >= page.runs) return;
  const machine = await findMachine(page, context.directory);
  for (let index = done + 1; index <= page.runs; index++) {
    const run = await oneAtATime(() => measure(context, page, machine, index));
    const name = `${subjectOf(page)} (run ${index} of ${page.runs})`;
    const { samples, missing } = samplesOf(run, { name, subject: subjectOf(page) });
    warnOfMissing(context, name, missing);
    const next: Cursor = { at, done: index };
    yield { records: samples, cursor: JSON.stringify(next), total: samples.length * page.runs };
  }
}

async function measure(
  { signal, logger }: PullContext<LighthouseSettings>,
  page: RunPage,
  machine: Machine,
  index: number,
): Promise<ParsedRun> {
  const endpoint = `lighthouse ${page.url}`;
  logger.debug({ page: page.url, run: index, ...machine }, 'Lighthouse measures');
  const text = await launch(page, machine, index, signal);
  const run = parseAnsweredRun(parseJson(text, endpoint), 'the report', endpoint);
  assertMeasured(run, endpoint);
  return run;
}
