import { expect, test } from 'vitest';
import { loadExample } from '../../support/examples.ts';

test('the example of docs/connectors/lighthouse.md is a valid configuration', async () => {
  const { objectives } = await loadExample('lighthouse');
  expect(objectives[0]?.keyResults).toHaveLength(1);
});
