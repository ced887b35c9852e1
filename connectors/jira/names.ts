import type { Instant } from '../../src/domain/records.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { Api, JiraClient } from './client.ts';
import { keySchema, type SprintValue, sprintSchema, versionSchema, versionsSchema } from './schemas.ts';

export type NamedKind = 'sprint' | 'version' | 'issue';

export interface Named {
  readonly name: string;
  /** When a sprint was closed; null while it is not, and for all else. */
  readonly completedAt: Instant | null;
}

/** Today's names of what changelogs speak of by id. Null for what is gone: then the name of the time serves. */
export interface Names {
  /** To be called between pages: lets go of the issues that were not spoken of for long. */
  settle(): void;
  learn(kind: NamedKind, id: string, name: string): void;
  learnSprint(sprint: SprintValue): void;
  /** Asks for those that are not known yet, each once. */
  resolve(kind: NamedKind, ids: Iterable<string>): Promise<void>;
  get(kind: NamedKind, id: string): Named | null;
}

/** So many issues are remembered, so that memory does not grow with the project. Sprints and versions are few. */
const MOST_ISSUES = 4_000;

/**
 * Sprints, versions and issues get renamed, and old changelogs keep the old names: a rule that names a sprint of last
 * month would miss what was in it. Most names come along with the issues; the rest is asked for one by one.
 */
export function createNames(client: JiraClient, project: string | null): Names {
  const known: Readonly<Record<NamedKind, Map<string, Named | null>>> = {
    sprint: new Map(),
    version: new Map(),
    issue: new Map(),
  };
  let listed = project === null;

  /** As the one that was spoken of last. */
  function remember(kind: NamedKind, id: string, named: Named | null): void {
    known[kind].delete(id);
    known[kind].set(id, named);
  }

  async function look(kind: NamedKind, id: string): Promise<Named | null> {
    const [api, path] = addressOf(kind, id);
    try {
      const { data, endpoint } = await client.get(
        api,
        path,
        kind === 'issue' ? { fields: 'created' } : undefined,
      );
      if (kind === 'issue') return { name: parseAnswer(keySchema, data, endpoint).key, completedAt: null };
      if (kind === 'version')
        return { name: parseAnswer(versionSchema, data, endpoint).name, completedAt: null };
      const sprint = parseAnswer(sprintSchema, data, endpoint);
      return { name: sprint.name, completedAt: sprint.completeDate };
    } catch (error) {
      // Deleted, or not for this user.
      if (error instanceof ConnectorError && [400, 403, 404].includes(error.status ?? 0)) return null;
      throw error;
    }
  }

  /** All versions of a project come in one answer. */
  async function listVersions(): Promise<void> {
    listed = true;
    const { data, endpoint } = await client.get('/rest/api/2', `/project/${project}/versions`);
    for (const { id, name } of parseAnswer(versionsSchema, data, endpoint)) {
      remember('version', id, { name, completedAt: null });
    }
  }

  return {
    settle() {
      for (const id of known.issue.keys()) {
        if (known.issue.size <= MOST_ISSUES) return;
        known.issue.delete(id);
      }
    },
    learn: (kind, id, name) => remember(kind, id, { name, completedAt: null }),
    learnSprint: ({ id, name, completeDate }) => remember('sprint', id, { name, completedAt: completeDate }),
    async resolve(kind, ids) {
      for (const id of new Set(ids)) {
        if (!/^\d+$/.test(id)) continue;
        if (kind === 'version' && !listed && !known.version.has(id)) await listVersions();
        const before = known[kind].get(id);
        remember(kind, id, before === undefined ? await look(kind, id) : before);
      }
    },
    get: (kind, id) => known[kind].get(id) ?? null,
  };
}

function addressOf(kind: NamedKind, id: string): [Api, string] {
  if (kind === 'sprint') return ['/rest/agile/1.0', `/sprint/${id}`];
  return ['/rest/api/2', kind === 'version' ? `/version/${id}` : `/issue/${id}`];
}
