import { readFileSync } from 'node:fs';

/**
 * The most memory this process ever held, in MiB.
 *
 * Linux hands the peak of the parent on to a child's `maxRSS`, so that a small child of a large parent would show the
 * parent's; `VmHWM` begins anew with the program (`exec_mmap` in the kernel's fs/exec.c).
 */
export function peakMemoryMb(): number {
  return (highWaterKb() ?? process.resourceUsage().maxRSS) / 1024;
}

function highWaterKb(): number | null {
  if (process.platform !== 'linux') return null;
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return found ? Number(found[1]) : null;
}
