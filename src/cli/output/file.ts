import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../app.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is no folder',
  ENAMETOOLONG: 'its name is too long',
};

/** Writes a file so that whoever reads it sees the old one or the new one, and never a half. */
export function writeWhole(file: string, text: string): void {
  const there = existsSync(file) ? statSync(file) : undefined;
  if (there?.isDirectory()) throw new UsageError(`cannot write ${file}: it is a folder; name a file in it`);
  // A link stays one, and leads to the new file.
  const target = there === undefined ? file : realpathSync(file);
  const folder = dirname(target);
  const draft = join(folder, `.${basename(target).slice(0, 100)}.${randomUUID()}`);
  try {
    // A pipe or a device has no old content to keep whole.
    if (there !== undefined && !there.isFile()) writeFileSync(target, text);
    else {
      writeFileSync(draft, text, { flag: 'wx' });
      renameSync(draft, target);
    }
  } catch (error) {
    if (existsSync(draft)) rmSync(draft);
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? `there is no folder ${folder}; make it first` : REASONS[code];
    throw new UsageError(`cannot write ${file}: ${reason ?? message}`);
  }
}
