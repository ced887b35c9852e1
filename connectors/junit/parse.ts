import type { Instant } from '../../src/domain/records.ts';
import { type Attributes, type Fault, type XmlHandler, xmlDocument } from '../xml.ts';
import { durationOf, timestampOf } from './times.ts';

/** What a run comes to. A test is one however often it was retried. */
export interface TestTotals {
  readonly tests: number;
  readonly passed: number;
  /** Errors among them. */
  readonly failed: number;
  readonly skipped: number;
  /** Passed, after they had failed before in the same run. */
  readonly flaky: number;
  /** Milliseconds; null where nothing tells. */
  readonly duration: number | null;
  /** The newest time of its suites. */
  readonly measuredAt: Instant | null;
  /** How many tests its attributes speak of, where that is another number than it lists. */
  readonly said: number | null;
}

type Outcome = 'passed' | 'failed' | 'skipped';

interface Suite {
  readonly name: string;
  /** Milliseconds that the suite itself tells. */
  readonly own: number | null;
  /** Of what lies in it. */
  inside: number | null;
}

interface Case {
  readonly key: string;
  outcome: Outcome;
  flaky: boolean;
}

/**
 * One document of JUnit XML, of which there is no standard: `testsuites` or a bare `testsuite` as its root, suites in
 * suites, cases beside suites. Cases are counted rather than the attributes believed: those leave out nested suites, or
 * count retries, by tool. https://github.com/testmoapp/junitxml
 */
export function junitParser(): { write(text: string): void; end(): TestTotals } {
  const suites: Suite[] = [];
  /** By test its executions that followed on a failed one, joined. */
  const last = new Map<string, Case>();
  const counts = { passed: 0, failed: 0, skipped: 0, flaky: 0 };
  let current: Case | null = null;
  let listed = 0;
  let rootSays: number | null = null;
  let suitesSay: number | null = null;
  let measuredAt: Instant | null = null;
  let duration: number | null = null;

  function openSuite(name: string, attributes: Attributes): void {
    const isOutermost = name === 'testsuite' && suites.length <= (suites[0]?.name === '' ? 1 : 0);
    const said = numberOf(attributes.tests);
    if (name === 'testsuites') rootSays = said;
    else if (isOutermost && said !== null) suitesSay = (suitesSay ?? 0) + said;
    const at = timestampOf(attributes.timestamp);
    if (at !== null && (measuredAt === null || at > measuredAt)) measuredAt = at;
    const isRoot = name === 'testsuites';
    suites.push({
      name: isRoot ? '' : `${attributes.name ?? ''}\0`,
      // The root's time holds the start of the tool as well.
      own: isRoot ? null : durationOf(attributes.time),
      inside: null,
    });
  }

  function closeSuite(): void {
    const suite = suites.pop();
    // Some write 0 for a suite that only holds others.
    const took = suite?.own ? suite.own : (suite?.inside ?? suite?.own ?? null);
    addTime(took);
  }

  function addTime(took: number | null): void {
    if (took === null) return;
    const outer = suites.at(-1);
    if (outer) outer.inside = (outer.inside ?? 0) + took;
    else duration = (duration ?? 0) + took;
  }

  function openCase(attributes: Attributes): void {
    listed++;
    addTime(durationOf(attributes.time));
    const path = suites.map((suite) => suite.name).join('');
    const key = [path, attributes.file ?? '', attributes.classname ?? '', attributes.name ?? ''].join('\0');
    // GoogleTest marks what it left out by a status alone.
    const left = /^(notrun|disabled|skipped|ignored)$/i.test(attributes.status ?? '');
    current = { key, outcome: left ? 'skipped' : 'passed', flaky: false };
  }

  /** Of Surefire's elements, `flaky…` stand in a case that passed in the end and `rerun…` in one that never did. */
  function markCase(element: string): void {
    if (!current) return;
    if (element === 'failure' || element === 'error') current.outcome = 'failed';
    if (element === 'skipped' && current.outcome !== 'failed') current.outcome = 'skipped';
    if (element === 'flakyFailure' || element === 'flakyError') current.flaky = true;
  }

  function closeCase(): void {
    if (!current) return;
    const { key, outcome } = current;
    const before = last.get(key);
    const isRetry = before?.outcome === 'failed' && outcome !== 'skipped';
    if (isRetry) counts.failed--;
    const flaky = outcome === 'passed' && (current.flaky || isRetry);
    counts[outcome]++;
    if (flaky) counts.flaky++;
    last.set(key, current);
    current = null;
  }

  const handler: XmlHandler = {
    open(name, attributes, parents, fault: Fault) {
      if (parents.length === 0 && name !== 'testsuites' && name !== 'testsuite') {
        throw fault(`its root <${name}> is not that of a JUnit report, <testsuites> or <testsuite>`);
      }
      if (name === 'testsuite' || name === 'testsuites') openSuite(name, attributes);
      if (name === 'testcase') {
        if (current) throw fault('a test case lies in another');
        openCase(attributes);
      } else if (parents.at(-1) === 'testcase') markCase(name);
    },
    close(name) {
      if (name === 'testsuite' || name === 'testsuites') closeSuite();
      if (name === 'testcase') closeCase();
    },
  };
  const document = xmlDocument(handler);

  return {
    write: document.write,
    end() {
      document.end();
      const said = suitesSay ?? rootSays;
      if (listed === 0 && said !== null && said > 0) {
        throw document.fault(`it speaks of ${said} tests and lists none of them`);
      }
      const tests = counts.passed + counts.failed + counts.skipped;
      const differs = said !== null && said !== listed && said !== tests;
      return { ...counts, tests, duration, measuredAt, said: differs ? said : null };
    },
  };
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : null;
}
