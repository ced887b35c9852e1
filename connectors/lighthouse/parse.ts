import * as z from 'zod';
import { ConnectorError } from '../errors.ts';
import { ReportFault } from '../files.ts';
import { parseJson } from '../json.ts';

const audit = z
  .object({
    scoreDisplayMode: z.string().nullish(),
    errorMessage: z.string().nullish(),
    numericValue: z.number().nullish().catch(null),
    /** Before version 5: https://github.com/GoogleChrome/lighthouse/releases/tag/v5.0.0 */
    rawValue: z.unknown(),
    details: z
      .object({
        debugData: z.object({ serverResponseTime: z.number().optional() }).optional().catch(undefined),
      })
      .nullish()
      .catch(null),
  })
  .partial();

const run = z.object({
  lighthouseVersion: z.string(),
  fetchTime: z.iso.datetime({ offset: true }),
  requestedUrl: z.string().nullish(),
  finalDisplayedUrl: z.string().nullish(),
  finalUrl: z.string().nullish(),
  mainDocumentUrl: z.string().nullish(),
  runtimeError: z.object({ code: z.string(), message: z.string().optional() }).nullish(),
  configSettings: z
    .object({ formFactor: z.string().nullish(), emulatedFormFactor: z.string().nullish() })
    .nullish(),
  audits: z.record(z.string(), z.unknown()),
  categories: z.record(z.string(), z.object({ score: z.number().nullish() })),
});

export type Audit = z.infer<typeof audit>;
export type Run = z.infer<typeof run>;

export interface ParsedRun {
  readonly run: Run;
  /** Of the run as JSON, however it is indented and wherever in a file it stands. */
  readonly content: string;
}

/** One run that is JSON already; throws a ReportFault that says which field is none of a report. */
function parseRun(value: unknown, place: readonly PropertyKey[] = []): ParsedRun {
  const parsed = run.safeParse(value);
  if (parsed.success) return { run: parsed.data, content: JSON.stringify(value) };
  const [issue] = parsed.error.issues;
  const path = [...place, ...(issue?.path ?? [])].join('.');
  throw new ReportFault(
    `it is no Lighthouse report: ${path ? `${path}: ` : ''}${issue?.message ?? ''}`,
    1,
    1,
  );
}

/** The run inside an answer; `at` is its place there. */
export function parseAnsweredRun(value: unknown, at: string, endpoint: string): ParsedRun {
  try {
    return parseRun(typeof value === 'string' ? JSON.parse(value) : value);
  } catch (error) {
    const reason = error instanceof ReportFault ? error.message : 'it is not valid JSON';
    throw new ConnectorError({
      code: 'shape',
      message: `The answer has an unexpected shape at ${at}: ${reason}`,
      endpoint,
      remedy: 'Check the url and version of the server, and what uploads to it',
    });
  }
}

/** Throws when the run as a whole failed: the page did not load, or Chrome did not. */
export function assertMeasured({ run }: ParsedRun, endpoint: string): void {
  const failed = run.runtimeError;
  // Versions before 6 wrote this code when nothing was wrong.
  if (!failed || failed.code === 'NO_ERROR') return;
  throw new ConnectorError({
    code: 'server',
    message: `Lighthouse could not measure the page: ${failed.code}${failed.message ? `: ${failed.message}` : ''}`,
    endpoint,
    remedy: 'Open the page in a browser from there; the next run tries again',
  });
}

/** The runs in a file's text: one report, or a list of them. Throws a ReportFault for anything else. */
export function parseRuns(text: string): readonly ParsedRun[] {
  const value = parseJson(text);
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new ReportFault('it lists no run', 1, 1);
  return list.map((each: unknown, index) => parseRun(each, Array.isArray(value) ? [index] : []));
}

/** Null where the run has no such audit. */
export function auditOf(of: Run, id: string): Audit | null {
  const parsed = audit.safeParse(of.audits[id]);
  return parsed.success ? parsed.data : null;
}

/** The audit's number; null where it failed or has none. */
export function numberOf(of: Audit): number | null {
  if (of.scoreDisplayMode === 'error') return null;
  const value = of.numericValue ?? of.rawValue;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
