import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'tests',
  title: 'Tests',
  unit: 'count',
  better: 'up',
  definition: 'Tests in the latest JUnit report of each subject, skipped ones included.',
  source: 'https://github.com/testmoapp/junitxml',
});
