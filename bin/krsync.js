#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/krsync.js', import.meta.url);
if (existsSync(entry)) await import(entry.href);
else {
  process.stderr.write('krsync is not built yet: run `npm run build` in its folder.\n');
  process.exitCode = 2;
}
