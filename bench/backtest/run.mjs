// Bundles the backtest inside the project, where it finds its packages, and runs it. See docs/forecast.md.
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle } from '../../scripts/bundle.mjs';

const OUT = 'node_modules/.cache/krsync-backtest';

rmSync(OUT, { recursive: true, force: true });
await bundle(OUT, { main: 'bench/backtest/main.ts', time: 'bench/backtest/time.ts' });
await import(pathToFileURL(`${OUT}/${process.argv.includes('--time') ? 'time' : 'main'}.js`).href);
