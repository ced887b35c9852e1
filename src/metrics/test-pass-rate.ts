import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'test-pass-rate',
  title: 'Test pass rate',
  unit: 'share',
  better: 'up',
  definition: 'Share of the tests run that passed, in the latest JUnit report of each subject.',
  source: 'https://github.com/testmoapp/junitxml',
});
