import { onTestFinished } from 'vitest';
import type { Repository } from '../../src/demo/company/model.ts';
import { type Company, generateCompany } from '../../src/demo/company.ts';
import { type GitHubStandIn, type StandInOptions, startGitHubStandIn } from '../../src/demo/github/index.ts';

export const NOW = Date.parse('2026-11-24T05:15:00Z');
export const TOKEN = 'test-token';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null for an empty body. */
  readonly body: unknown;
}

export interface TestStandIn extends GitHubStandIn {
  readonly company: Company;
  /** A GET with the token, unless `headers` says otherwise. Redirects are not followed. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  graphql(query: string, variables?: object): Promise<Reply>;
}

/** A company small enough to walk over in a test. */
export function smallCompany(): Company {
  return generateCompany({ seed: 7, now: NOW, weeks: 6, issues: 130, pulls: 120 });
}

/** A repository of the company by its name, such as `web`. */
export function repositoryOf(company: Company, name: string): Repository {
  const found = company.repositories.find((repository) => repository.name === name);
  if (!found) throw new Error(`the company has no repository ${name}`);
  return found;
}

/** A stand-in that is gone when the running test ends. */
export async function standInFor(options: Partial<StandInOptions> = {}): Promise<TestStandIn> {
  const company = options.company ?? smallCompany();
  const standIn = await startGitHubStandIn({ token: TOKEN, ...options, company });
  onTestFinished(() => standIn.close());
  const signedIn = { authorization: `Bearer ${TOKEN}` };

  async function send(path: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(path.startsWith('http') ? path : `${standIn.url}${path}`, {
      redirect: 'manual',
      ...init,
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  }

  return {
    ...standIn,
    company,
    get: (path, headers = signedIn) => send(path, { headers }),
    graphql: (query, variables = {}) =>
      send('/graphql', { method: 'POST', headers: signedIn, body: JSON.stringify({ query, variables }) }),
  };
}
