import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'test-duration',
  title: 'Test duration',
  unit: 'milliseconds',
  better: 'down',
  definition: 'How long the tests of each subject ran, as the JUnit report says.',
  source: 'https://github.com/testmoapp/junitxml',
});
