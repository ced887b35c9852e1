import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import type { Instant } from '../src/domain/records.ts';

/** When a commit was made, as the git clone around a report tells it; null where none does. */
export function commitTime(report: string, commit: string, signal: AbortSignal): Promise<Instant | null> {
  if (!/^[0-9a-f]{7,64}$/i.test(commit)) return Promise.resolve(null);
  const args = ['-C', dirname(report), 'log', '-1', '--no-show-signature', '--format=%ct', commit, '--'];
  return new Promise((done) => {
    execFile('git', args, { signal, timeout: 10_000 }, (error, stdout) => {
      const seconds = Number(stdout.trim());
      done(error || stdout.trim() === '' || !Number.isFinite(seconds) ? null : seconds * 1000);
    });
  });
}
