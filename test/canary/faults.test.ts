import { expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { loadConfiguration } from '../../src/config/index.ts';
import { metrics } from '../../src/metrics/index.ts';
import { channels } from '../../src/notify/index.ts';
import { writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';
import { secretFields } from './fields.ts';
import { canary, tracesIn } from './secrets.ts';

const FIELDS = Object.entries({ sources: connectors, channels }).flatMap(([section, kinds]) =>
  Object.entries(kinds).flatMap(([kind, { settings }]) =>
    secretFields(kind, settings).secret.map((field) => [section, field] as const),
  ),
);

const WRONG: readonly unknown[] = [
  canary(1),
  `https://acme.dev/${encodeURIComponent(canary(1))}`,
  `line one\n${canary(1)}\u2028`,
  [canary(1)],
  { [canary(1)]: canary(1) },
  `\${${canary(1)}`,
];

it.each(FIELDS)('of %s, %s: no fault of the configuration repeats it', async (section, field) => {
  const [kind = '', path = ''] = field.split(': ');
  const folder = await tempFolder();
  for (const value of WRONG) {
    const one = JSON.stringify({ id: 'one', kind, ...(nested(path.split('.'), value) as object) });
    const yaml = `cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]\n${section}: [${one}]\n`;
    await writeProject(folder, { 'config/okrs.yaml': yaml });
    const now = at('2026-11-24T06:00:00Z');
    const options = { cwd: folder, env: {}, now, connectors, metrics, channels };
    const said = await loadConfiguration({ ...options, path: 'config' }).then(String, String);
    expect(said).toMatch(/config/);
    expect(tracesIn(said), JSON.stringify(value)).toEqual([]);
  }
});

function nested([key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  return key === '[]' ? [nested(rest, value)] : { [key]: nested(rest, value) };
}
