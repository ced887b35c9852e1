import { setFlagsFromString } from 'node:v8';

/**
 * Collects garbage once it is half of what lives. On a large machine V8 waits for three times as much, which is a
 * hundred megabytes while pages of answers come and go; krsync runs beside other programs. V8 reads the flag before each
 * collection (`MemoryController::GrowingFactor` in src/heap/memory-controller.cc).
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
