import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricsPage } from '../../scripts/reference.ts';
import { metrics } from '../../src/metrics/index.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/metrics.md'), 'utf8');

describe('docs/metrics.md', () => {
  it('is what the catalogue says now (npm run docs writes it)', () => {
    expect(page).toBe(metricsPage(metrics.values()));
  });

  it('has each metric once, and a link to each', () => {
    const headings = Array.from(page.matchAll(/^### (.+)$/gm), ([, id]) => id);
    expect(headings.toSorted()).toEqual([...metrics.keys()].sort());
    for (const id of metrics.keys()) expect(page).toContain(`- [\`${id}\`](#${id})`);
  });

  it('says of every option what it is', () => {
    expect(page).not.toMatch(/option `\w+`: ( |$)/m);
  });
});
