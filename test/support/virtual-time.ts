import { setImmediate as turn } from 'node:timers/promises';
import type { Timers } from '../../src/daemon/contract.ts';
import type { Instant } from '../../src/domain/records.ts';

interface Pending {
  readonly at: Instant;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved, and the timers that go by it. */
export class VirtualTime {
  #now: Instant;
  readonly #pending = new Set<Pending>();

  constructor(start: Instant) {
    this.#now = start;
  }

  readonly now = (): Instant => this.#now;

  readonly timers: Timers = {
    set: (callback, milliseconds) => {
      const timer = { at: this.#now + Math.max(0, milliseconds), callback };
      this.#pending.add(timer);
      return timer;
    },
    clear: (timer) => void this.#pending.delete(timer as Pending),
  };

  /** How many timers there are. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Sets the clock as a person does, or a machine that slept: timers do not notice. */
  jump(milliseconds: number): void {
    for (const timer of [...this.#pending]) {
      this.#pending.delete(timer);
      this.#pending.add({ ...timer, at: timer.at + milliseconds });
    }
    this.#now += milliseconds;
  }

  /** Lets time pass, timer by timer. What a timer sets off may wait for files; `idle` says when it is done. */
  async advanceTo(until: Instant, idle: () => boolean = () => true): Promise<void> {
    for (;;) {
      do await turn();
      while (!idle());
      const next = this.#earliest(until);
      if (next === null) break;
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = Math.max(this.#now, until);
  }

  #earliest(until: Instant): Pending | null {
    let earliest: Pending | null = null;
    for (const timer of this.#pending) {
      if (timer.at <= until && (earliest === null || timer.at < earliest.at)) earliest = timer;
    }
    return earliest;
  }
}
