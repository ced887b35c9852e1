import { writeFileSync } from 'node:fs';
import { peakMemoryMb } from './peak.ts';

/** Imported before another program: leaves the peak of its memory in a file. */
process.on('exit', () => writeFileSync(process.env.KRSYNC_BENCH_PEAK ?? '', String(peakMemoryMb())));
