import { issue, user } from '../../connectors/github/fixtures.ts';
import { assertGitHubAnswer, assertGitHubRequest } from '../github-openapi.ts';
import { type Received, type Receiver, type Reply, startReceiver } from './http.ts';

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const API = 'https://api.github.com';
const LONGEST = 65_536;

export const GITHUB_TOKEN = 'ghp_theTokenOfThisTest0123456789';

export interface StoredComment {
  readonly id: number;
  body: string;
  readonly login: string;
  readonly association: string;
}

export interface GitHubReceiver extends Receiver {
  readonly issue: { body: string | null };
  readonly comments: StoredComment[];
}

/** One issue of GitHub's. What is asked and what it answers are held against GitHub's own description. */
export async function startGitHub(text: string | null = 'What we aim for.'): Promise<GitHubReceiver> {
  const state: { body: string | null } = { body: text };
  const comments: StoredComment[] = [];

  function issueJson(base: string) {
    return JSON.parse(JSON.stringify({ ...issue(12), body: state.body }).replaceAll(API, base)) as object;
  }

  function commentJson(comment: StoredComment, base: string) {
    const url = `${base}/repos/acme/web/issues/comments/${comment.id}`;
    return {
      id: comment.id,
      node_id: `IC_${comment.id}`,
      url,
      html_url: `https://github.com/acme/web/issues/12#issuecomment-${comment.id}`,
      body: comment.body,
      user: user(comment.login),
      created_at: '2026-11-24T06:00:00Z',
      updated_at: '2026-11-24T06:00:00Z',
      issue_url: `${base}/repos/acme/web/issues/12`,
      author_association: comment.association,
      performed_via_github_app: null,
    };
  }

  /** What GitHub itself refuses; null for a good text. */
  function refusalOf(body: unknown): Reply | null {
    if (typeof body === 'string' && body.trim() !== '' && body.length <= LONGEST) return null;
    const message =
      typeof body === 'string' ? 'body is too long (maximum is 65536 characters)' : 'Invalid request.';
    return { status: 422, body: { message, documentation_url: '' } };
  }

  function answer(route: string, body: unknown, status = 200): Reply {
    assertGitHubAnswer(route, body, status);
    return { status, body };
  }

  function write(request: Received, base: string): Reply {
    const { pathname } = request.url;
    const json = JSON.parse(request.body.toString()) as { body?: unknown };
    const refusal = refusalOf(json.body);
    if (refusal) return refusal;
    const text = String(json.body);
    if (request.method === 'POST' && pathname === '/repos/acme/web/issues/12/comments') {
      assertGitHubRequest(`POST ${ISSUE}/comments`, json);
      const comment = { id: 500 + comments.length, body: text, login: 'krsync', association: 'MEMBER' };
      comments.push(comment);
      return answer(`POST ${ISSUE}/comments`, commentJson(comment, base), 201);
    }
    if (request.method === 'PATCH' && pathname === '/repos/acme/web/issues/12') {
      assertGitHubRequest(`PATCH ${ISSUE}`, json);
      state.body = text;
      return answer(`PATCH ${ISSUE}`, issueJson(base));
    }
    const id = Number(/\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]);
    const found = comments.find((one) => one.id === id);
    if (request.method !== 'PATCH' || !found) return { status: 404, body: { message: 'Not Found' } };
    assertGitHubRequest(`PATCH ${COMMENT}`, json);
    found.body = text;
    return answer(`PATCH ${COMMENT}`, commentJson(found, base));
  }

  function listComments({ url }: Received, base: string): Reply {
    const size = Number(url.searchParams.get('per_page') ?? 30);
    const page = Number(url.searchParams.get('page') ?? 1);
    const rows = comments.slice((page - 1) * size, page * size).map((one) => commentJson(one, base));
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    const more = page * size < comments.length;
    const reply = answer(`GET ${ISSUE}/comments`, rows);
    return more ? { ...reply, headers: { link: `<${next.href}>; rel="next"` } } : reply;
  }

  const receiver = await startReceiver((request, base) => {
    const { pathname } = request.url;
    if (request.headers.authorization !== `token ${GITHUB_TOKEN}`)
      return { status: 401, body: { message: 'Bad credentials' } };
    if (request.method !== 'GET') return write(request, base);
    if (pathname === '/repos/acme/web/issues/12') return answer(`GET ${ISSUE}`, issueJson(base));
    if (pathname === '/repos/acme/web/issues/12/comments') return listComments(request, base);
    return { status: 404, body: { message: 'Not Found' } };
  });
  return { ...receiver, issue: state, comments };
}

/** What a reader of GitHub's Markdown sees of a text of ours, and what in it is more than text. */
export function readMarkdown(markdown: string): { readonly text: string; readonly active: string[] } {
  const active: string[] = [];
  const hidden = (text: string) =>
    [...text].map((sign) => String.fromCharCode(0xe000 + sign.charCodeAt(0))).join('');
  const text = markdown
    .replace(/<!-- \/?krsync:[\w.:-]+ -->/g, '')
    .replace(/\\\n/g, '\n')
    .replace(/\\([!-/:-@[-`{-~])/g, (_, sign: string) => hidden(sign))
    .replace(/&(lt|gt|amp|#8203);/g, (_, name: string) =>
      name === '#8203' ? '\u200b' : hidden({ lt: '<', gt: '>', amp: '&' }[name] ?? ''),
    )
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, (_, shown: string, url: string) => {
      active.push(url);
      return shown;
    })
    .replace(/^(?:### |> ?| *- )/gm, '')
    .replace(/\*\*([^*]*)\*\*/g, '$1');
  for (const [found] of text.matchAll(/<[a-z/!?][^>]*>|`|\*|~~|!?\[|^ {0,3}#+ |(?<!\w)_|_(?!\w)|\|/gim))
    active.push(found);
  const shown = text.replace(/[\ue000-\ue0ff]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xe000));
  const more = /(?<![\p{L}\p{N}.+-])@[\p{L}\p{N}]+|#\d+|\bGH-\d+|\b(?:(?:https?|ftp):\/\/|www\.)\S+/giu;
  for (const [found] of shown.matchAll(more)) active.push(found);
  return { text: shown.replaceAll('\u200b', ''), active };
}
