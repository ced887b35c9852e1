import type { Item } from '../../company/model.ts';
import type { Addresses } from './addresses.ts';
import { issue } from './issues.ts';

interface Serialised {
  readonly version: number;
  readonly milestoneVersion: number;
  readonly json: string;
}

/** By address, for an enterprise server's prefix is part of every URL. */
const caches = new WeakMap<Addresses, WeakMap<Item, Serialised>>();

/** An issue as a list has it. Its text is kept until it changes, so that long lists are served quickly. */
export function serialiseIssue(addresses: Addresses, item: Item): string {
  const cache = caches.get(addresses) ?? new WeakMap<Item, Serialised>();
  caches.set(addresses, cache);
  const milestoneVersion = item.milestone?.version ?? 0;
  const known = cache.get(item);
  if (known?.version === item.version && known.milestoneVersion === milestoneVersion) return known.json;
  const json = JSON.stringify(issue(addresses, item));
  cache.set(item, { version: item.version, milestoneVersion, json });
  return json;
}
