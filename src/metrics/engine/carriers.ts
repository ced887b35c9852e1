import type { Rollout } from './deployments.ts';
import { append } from './lists.ts';

/** The deployment that first brought a commit to production. */
export interface Carried {
  readonly rollout: Rollout;
  /**
   * Why the deployment tells nothing of how long the commit waited: it is the first on record, or what lies between
   * it and the one before is not known. Null where it does tell.
   */
  readonly unclear: string | null;
}

const FIRST = 'it came with the first deployment on record';
const GAP = 'the commits since the deployment before are not known';

/** Which deployment first carried which commit. */
export class Carriers {
  readonly #byRepository = new Map<string, Map<string, Carried>>();
  readonly #rollouts = new Map<string, Rollout[]>();
  /** Prefixes of seven, as people write hashes. */
  #byPrefix: Map<string, { readonly sha: string; readonly carried: Carried }[]> | null = null;

  /** `rollouts` oldest first; `parents` is as much of the commit graph as is known. */
  constructor(rollouts: readonly Rollout[], parents: ReadonlyMap<string, readonly string[]>) {
    const previous = new Map<string, Rollout>();
    for (const rollout of rollouts) {
      const lane = `${rollout.repository}\0${rollout.environment}`;
      this.#carry(rollout, previous.get(lane) ?? null, parents);
      previous.set(lane, rollout);
      append(this.#rollouts, rollout.repository, rollout);
    }
  }

  /** All deployments of a repository, oldest first. */
  of(repository: string): readonly Rollout[] {
    return this.#rollouts.get(repository) ?? [];
  }

  carrying(repository: string, sha: string): Carried | null {
    return this.#byRepository.get(repository)?.get(sha) ?? null;
  }

  /** By a hash of any repository, whole or at least its first seven digits. */
  named(hash: string): Carried | null {
    if (!/^[0-9a-f]{7,40}$/i.test(hash)) return null;
    const wanted = hash.toLowerCase();
    const found = this.#prefixes()
      .get(wanted.slice(0, 7))
      ?.find(({ sha }) => sha.startsWith(wanted));
    return found?.carried ?? null;
  }

  #carry(rollout: Rollout, before: Rollout | null, parents: ReadonlyMap<string, readonly string[]>): void {
    const carried = this.#byRepository.get(rollout.repository) ?? new Map<string, Carried>();
    this.#byRepository.set(rollout.repository, carried);
    const { commit, commits } = rollout;
    const clear: Carried = { rollout, unclear: before === null ? FIRST : null };
    const own = new Set<string>();
    for (const sha of commit === null ? (commits ?? []) : [commit, ...(commits ?? [])]) {
      if (carried.has(sha)) continue;
      carried.set(sha, clear);
      own.add(sha);
    }
    if (commit === null) return;
    // Without the commit before in the graph, a walk would take the whole history for this deployment's own.
    const bounded = before?.commit != null && parents.has(before.commit);
    const found: Carried = before === null || bounded ? clear : { rollout, unclear: GAP };
    const seen = new Set<string>();
    const walk = [commit];
    for (let sha = walk.pop(); sha !== undefined; sha = walk.pop()) {
      if (seen.has(sha)) continue;
      seen.add(sha);
      if (!carried.has(sha)) carried.set(sha, found);
      else if (!own.has(sha)) continue;
      for (const parent of parents.get(sha) ?? []) walk.push(parent);
    }
  }

  #prefixes() {
    if (this.#byPrefix !== null) return this.#byPrefix;
    const byPrefix = new Map<string, { readonly sha: string; readonly carried: Carried }[]>();
    for (const known of this.#byRepository.values()) {
      for (const [sha, carried] of known) {
        append(byPrefix, sha.slice(0, 7).toLowerCase(), { sha, carried });
      }
    }
    this.#byPrefix = byPrefix;
    return byPrefix;
  }
}
