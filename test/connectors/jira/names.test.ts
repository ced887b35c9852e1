import { expect, test } from 'vitest';
import type { JiraClient } from '../../../connectors/jira/client.ts';
import { createNames } from '../../../connectors/jira/names.ts';

test('of many issues only those that are spoken of stay known, and the others are asked for again', async () => {
  const asked: string[] = [];
  const client: JiraClient = {
    post: () => Promise.reject(new Error('nothing is posted')),
    async get(_, path) {
      asked.push(path);
      return {
        data: { id: '1', key: `WEB-${path.split('/').at(-1)}` },
        endpoint: 'GET /issue',
        askedAt: null,
      };
    },
  };
  const names = createNames(client, 'WEB');
  const [epic, old] = ['1', '2'];
  names.learn('issue', epic, 'WEB-1');
  names.learn('issue', old, 'WEB-2');
  for (let number = 3; number <= 20_000; number++) {
    if (number % 100 === 0) {
      names.learn('issue', epic, 'WEB-1');
      names.settle();
    }
    names.learn('issue', String(number), `WEB-${number}`);
  }
  await names.resolve('issue', [epic, old, '20000']);
  expect(asked).toEqual(['/issue/2']);
  for (const id of [epic, old, '20000']) expect(names.get('issue', id)?.name).toBe(`WEB-${id}`);
});
