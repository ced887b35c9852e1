import * as z from 'zod';
import { defineMetric } from './contract.ts';
import { SAMPLE_READS } from './engine/samples.ts';
import { COUNTS } from './engine/spans.ts';

const READS = { ...SAMPLE_READS, worklog: ['startedAt', 'hours'] } as const;

export const metric = defineMetric({
  id: 'cost',
  title: 'Cost',
  unit: 'currency',
  better: 'down',
  kind: 'flow',
  aggregate: 'sum',
  aggregates: COUNTS.filter((name) => name !== 'count'),
  definition:
    'What the window cost: the amounts of the series `cost`, and with the option `hourlyRate` the hours logged on tickets at that rate.',
  source: 'https://www.atlassian.com/agile/project-management/project-cost-management',
  reads: READS,
  reading: ({ hourlyRate }) => (hourlyRate === undefined ? SAMPLE_READS : READS),
  sides: true,
  series: ['cost'],
  latest: { sample: 'measuredAt', worklog: 'startedAt' },
  scope: 'record',
  options: z.strictObject({
    hourlyRate: z.number().positive().optional().describe('What an hour logged on a ticket costs.'),
  }),
  *observe(records, { hourlyRate = 0 }, reject) {
    for (const record of records) {
      const { ref } = record;
      if (record.recordType === 'worklog') {
        if (record.hours < 0) reject('its hours are negative', record.startedAt);
        else yield { at: record.startedAt, value: record.hours * hourlyRate, ref };
      } else if (record.series === 'cost') yield { at: record.measuredAt, value: record.value, ref };
    }
  },
});
