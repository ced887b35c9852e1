import { expect, test } from 'vitest';
import { nearestName } from '../../connectors/table-names.ts';

test('a column is named whole however few spaces it has, and one beyond measure by its length', () => {
  const long = 'how_satisfied_were_you_overall_with_the_service_that_you_received_this_quarter';
  expect(nearestName('how_satisfied', [long, 'x'.repeat(201)])).toBe(
    `; nearest is \`${long}\`, of \`${long}\`, a name of 201 characters`,
  );
});
