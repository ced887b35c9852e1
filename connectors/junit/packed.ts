import type { PackedReports } from '../report-kinds.ts';
import { readTests } from './read.ts';
import { samplesOf } from './samples.ts';

/** JUnit XML out of an archive: its files are one run. */
export const packed: PackedReports = {
  files: ['**/{TEST-*,*junit*,*test-results*,*test-report*}.xml', '**/*.xml'],
  async read(sources, { subject, flag }, origin) {
    const { totals, measuredAt, differences } = await readTests(sources);
    const samples = samplesOf(totals, {
      subject: subject ?? '',
      flag,
      commit: origin.commit,
      branch: origin.branch,
      measuredAt: measuredAt ?? origin.at,
      idOf: (part) => origin.idOf(part),
    });
    const missing = [...differences];
    if (totals.passed + totals.failed === 0) missing.push('no test ran, so that there is no pass rate');
    if (totals.duration === null) missing.push('it tells no time, so that there is no duration');
    return { samples: samples.map((sample) => ({ ...sample, url: origin.url })), missing };
  },
};
