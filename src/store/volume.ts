import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from './errors.ts';

/** What a volume means for a database: SQLite's locks do not hold on a network, whatever the volume promises. */
export interface Volume {
  readonly name: string;
  /** `network` corrupts sooner or later; `shared` may, where another machine or container writes the same file. */
  readonly kind: 'network' | 'shared';
}

// The magic numbers of statfs(2); a Linux kernel reports them, other systems report numbers that are not here.
const VOLUMES: ReadonlyMap<number, Volume> = new Map([
  [0x6969, { name: 'NFS', kind: 'network' }],
  [0x517b, { name: 'SMB', kind: 'network' }],
  [0xfe534d42, { name: 'SMB', kind: 'network' }],
  [0xff534d42, { name: 'CIFS', kind: 'network' }],
  [0x5346414f, { name: 'AFS', kind: 'network' }],
  [0x00c36400, { name: 'Ceph', kind: 'network' }],
  [0x0bd00bd0, { name: 'Lustre', kind: 'network' }],
  [0x65735546, { name: 'FUSE', kind: 'shared' }],
  [0x01021997, { name: '9p', kind: 'shared' }],
  [0x786f4256, { name: 'a VirtualBox folder', kind: 'shared' }],
]);

/** The volume of a statfs type, where it is one to beware of. */
export function volumeOfType(type: number): Volume | null {
  // The type is a C long: the high bit of SMB's number may arrive as a sign.
  return VOLUMES.get(type < 0 ? type + 2 ** 32 : type) ?? null;
}

/** The volume that holds a file, where it is one to beware of; null too where the system does not tell. */
function volumeOf(file: string, type: (folder: string) => number = typeOfFolder): Volume | null {
  try {
    return volumeOfType(type(dirname(file)));
  } catch {
    return null;
  }
}

function typeOfFolder(folder: string): number {
  return statfsSync(folder).type;
}

/**
 * Makes sure that a database can live at a path. Returns the volume where it is one to warn about.
 *
 * @throws StoreError `no_folder` or `network_volume`.
 */
export function requirePlace(path: string, type?: (folder: string) => number): Volume | null {
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StoreError(
      'no_folder',
      `The database ${path} cannot be created: there is no folder ${folder}. Create it, or name another file with --database.`,
    );
  }
  const volume = volumeOf(path, type);
  if (volume?.kind !== 'network') return volume;
  throw new StoreError(
    'network_volume',
    `The database ${path} is on a network volume (${volume.name}), where SQLite cannot lock it safely. Name a file on a local disk with --database.`,
  );
}
