import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, isoTime } from '../domain/time.ts';
import { trend, WEEK } from './company/calendar.ts';
import type { Company } from './company/model.ts';
import { createRandom, hashText, type Random } from './random.ts';
import { coberturaXml } from './reports/cobertura.ts';
import { COMPONENTS, measuredFiles } from './reports/coverage.ts';
import { istanbulSummary } from './reports/istanbul.ts';
import { lighthouseReport, type PageRun } from './reports/lighthouse.ts';

interface Page {
  readonly name: string;
  readonly url: string;
  /** Milliseconds at the start and at the end of the history. */
  readonly lcp: { readonly start: number; readonly end: number };
  readonly responseTime: { readonly start: number; readonly end: number };
}

const PAGES: readonly Page[] = [
  {
    name: 'home',
    url: 'https://acme.dev/',
    lcp: { start: 3400, end: 2400 },
    responseTime: { start: 690, end: 560 },
  },
  {
    name: 'products',
    url: 'https://acme.dev/products',
    lcp: { start: 3900, end: 3100 },
    responseTime: { start: 820, end: 700 },
  },
];

const RUNS = 3;
/** The nightly job, in milliseconds after midnight UTC. */
const NIGHTLY = 3.5 * 3_600_000;

/**
 * Writes the report files that the company's builds leave behind, in the formats of the real tools:
 * `coverage/COMPONENT/DATE.cobertura.xml` for every Monday and the last working day, `coverage/COMPONENT/coverage-summary.json`
 * as it stands now, and `lighthouse/PAGE-DATE-RUN.report.json`, three runs a page on every working day.
 */
export function writeReports(company: Company, directory: string): void {
  const days = workdays(company);
  const coverage = join(directory, 'coverage');
  for (const component of COMPONENTS) {
    const folder = join(coverage, component.name);
    mkdirSync(folder, { recursive: true });
    for (const day of days) {
      const isMonday = new Date(day).getUTCDay() === 1;
      if (!isMonday && day !== days.at(-1)) continue;
      const at = day + NIGHTLY;
      const share = trend(at, company, component.start, component.end);
      const xml = coberturaXml(component.name, measuredFiles(component, share), at);
      writeFileSync(join(folder, `${dateOf(day)}.cobertura.xml`), xml);
    }
    writeFileSync(
      join(folder, 'coverage-summary.json'),
      istanbulSummary(measuredFiles(component, component.end)),
    );
  }

  const lighthouse = join(directory, 'lighthouse');
  mkdirSync(lighthouse, { recursive: true });
  for (const [index, page] of PAGES.entries()) {
    const random = createRandom(company.seed ^ hashText(page.url));
    for (const day of days) {
      // A page has better and worse days, and a run better and worse luck.
      const mood = 1 + 0.03 * random.normal();
      for (let number = 1; number <= RUNS; number++) {
        const at = day + NIGHTLY + (index * RUNS + number) * 45_000;
        const report = lighthouseReport(pageRun(random, company, page, at, mood));
        writeFileSync(join(lighthouse, `${page.name}-${dateOf(day)}-${number}.report.json`), report);
      }
    }
  }
}

/** The starts of the working days of the history on which the nightly job has run, oldest first. */
function workdays(company: Company): number[] {
  const days: number[] = [];
  const first = Math.floor((company.now - company.weeks * WEEK) / DAY) * DAY;
  for (let day = first; day + NIGHTLY + PAGES.length * RUNS * 45_000 <= company.now; day += DAY) {
    if (![0, 6].includes(new Date(day).getUTCDay())) days.push(day);
  }
  return days;
}

function dateOf(day: number): string {
  return isoTime(day).slice(0, 10);
}

function pageRun(random: Random, company: Company, page: Page, at: number, mood: number): PageRun {
  const luck = Math.max(0.85, 1 + 0.05 * random.normal()) * (random.chance(0.06) ? 1.4 : 1);
  const lcp = trend(at, company, page.lcp.start, page.lcp.end) * mood * luck;
  const responseTime = trend(at, company, page.responseTime.start, page.responseTime.end) * mood * luck;
  return {
    url: page.url,
    at,
    lcp,
    fcp: lcp * (0.58 + 0.04 * random.next()),
    speedIndex: lcp * (1.1 + 0.1 * random.next()),
    blocking: 120 + 90 * random.next() * luck,
    responseTime,
    layoutShift: Math.round(1000 * (0.01 + 0.03 * random.next())) / 1000,
  };
}
