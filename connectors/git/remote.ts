import type { Commit } from '../../src/domain/records.ts';

/** What a remote's URL tells: never its user or password. */
export interface Remote {
  /** `owner/name`, or a longer path where groups nest. */
  readonly name: string;
  readonly commitUrl: (sha: string) => Commit['url'];
  readonly tagUrl: (name: string) => string | null;
}

/** Understands `https://…`, `ssh://…` and `git@host:owner/name.git`; null for a path on this machine. */
export function parseRemote(url: string): Remote | null {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)([^\s]+)$/.exec(url);
  const web = /^(https?|ssh|git|git\+ssh):\/\/(?:[^@/]*@)?([^/:]+)(:\d+)?\/(.+)$/.exec(url);
  // A single letter before the colon is a drive of Windows.
  const host = web?.[2] ?? (scp && scp[1] !== undefined && scp[1].length > 1 ? scp[1] : undefined);
  const path = (web?.[4] ?? scp?.[2])?.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  if (!host || !path || path.split('/').length < 2) return null;
  // The port of an ssh URL is not the web's.
  const overWeb = web?.[1]?.startsWith('http');
  const page = `${overWeb ? web?.[1] : 'https'}://${host}${overWeb ? (web?.[3] ?? '') : ''}/${path}`;
  if (/(^|\.)github\./.test(host)) {
    return {
      name: path,
      commitUrl: (sha) => `${page}/commit/${sha}`,
      tagUrl: (name) => `${page}/releases/tag/${encodeURIComponent(name).replaceAll('%2F', '/')}`,
    };
  }
  if (/(^|\.)gitlab\./.test(host)) {
    return {
      name: path,
      commitUrl: (sha) => `${page}/-/commit/${sha}`,
      tagUrl: (name) => `${page}/-/tags/${encodeURIComponent(name).replaceAll('%2F', '/')}`,
    };
  }
  return { name: path, commitUrl: () => null, tagUrl: () => null };
}
