import { basename } from 'node:path';
import type { Sample } from '../../src/domain/records.ts';
import { faultyReport, ReportFault } from '../files.ts';
import type { PackedReports } from '../report-kinds.ts';
import { textOf } from '../report-source.ts';
import { parseRuns } from './parse.ts';
import { samplesOf } from './samples.ts';

/** Lighthouse runs out of an archive, each with samples of its own. */
export const packed: PackedReports = {
  files: ['**/lhr-*.json', '**/*.report.json', '**/*lighthouse*.json', '**/*.json'],
  async read(sources, { subject }, origin) {
    const samples: Sample[] = [];
    const missing: string[] = [];
    for (const source of sources) {
      const pieces: string[] = [];
      for await (const text of textOf(source)) pieces.push(text);
      try {
        for (const [index, run] of parseRuns(pieces.join('')).entries()) {
          const made = samplesOf(run, { name: basename(source.name), subject });
          missing.push(...made.missing.map((reason) => `${source.name}: ${reason}`));
          for (const sample of made.samples) {
            const id = origin.idOf(sample.subject, source.name, String(index), sample.series);
            const { commit, branch, url } = origin;
            samples.push({ ...sample, id, commit, branch, url });
          }
        }
      } catch (error) {
        if (!(error instanceof ReportFault)) throw error;
        throw faultyReport(source.name, error, 'Name the Lighthouse reports in it with `files`.');
      }
    }
    return { samples, missing };
  },
};
