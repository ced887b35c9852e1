// Writes what the documentation takes from the code: docs/metrics.md and docs/schema.json.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Inside the project, so that the packages which are not bundled are found.
const folder = mkdtempSync(join(root, 'node_modules', '.krsync-docs-'));
try {
  await bundle(folder, {
    reference: join(root, 'scripts/reference.ts'),
    metrics: join(root, 'src/metrics/index.ts'),
    config: join(root, 'src/config/index.ts'),
    connectors: join(root, 'connectors/index.ts'),
    channels: join(root, 'src/notify/index.ts'),
  });
  const load = (name) => import(pathToFileURL(join(folder, `${name}.js`)).href);
  const [{ metricsPage }, { metrics }, { configurationJsonSchema }, { connectors }, { channels }] =
    await Promise.all(['reference', 'metrics', 'config', 'connectors', 'channels'].map(load));
  writeFileSync(join(root, 'docs/metrics.md'), metricsPage(metrics.values()));
  const schema = configurationJsonSchema({ connectors, metrics, channels });
  writeFileSync(join(root, 'docs/schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
