import * as z from 'zod';
import { type Received, type Receiver, type Reply, startReceiver } from './http.ts';

/** Of Atlassian's schema of its document format, strictly, what is used here: https://go.atlassian.com/adf-json-schema */
const mark = z.union([
  z.strictObject({ type: z.literal('strong') }),
  z.strictObject({
    type: z.literal('link'),
    attrs: z.strictObject({ href: z.url({ protocol: /^https?$/ }) }),
  }),
]);
const text = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1),
  marks: z.array(mark).optional(),
});
const inline = z.union([text, z.strictObject({ type: z.literal('hardBreak') })]);
const paragraph = z.strictObject({ type: z.literal('paragraph'), content: z.array(inline) });
const heading = z.strictObject({
  type: z.literal('heading'),
  attrs: z.strictObject({ level: z.int().min(1).max(6) }),
  content: z.array(inline),
});
interface List {
  readonly type: 'bulletList';
  readonly content: readonly { readonly type: 'listItem'; readonly content: readonly unknown[] }[];
}
const list: z.ZodType<List> = z.lazy(() =>
  z.strictObject({
    type: z.literal('bulletList'),
    content: z
      .array(
        z.strictObject({
          type: z.literal('listItem'),
          content: z.tuple([paragraph]).rest(z.union([paragraph, list])),
        }),
      )
      .min(1),
  }),
);
const document = z.strictObject({
  type: z.literal('doc'),
  version: z.literal(1),
  content: z.array(z.union([paragraph, heading, list])),
});

const LONGEST = 32_767;
export const JIRA_TOKEN = 'ATATT-the-token-of-this-test';

export interface JiraReceiver extends Receiver {
  readonly comments: { readonly id: string; readonly body: unknown }[];
  /** Of the issue, by the id of the field. */
  readonly fields: Record<string, unknown>;
}

/** One issue of Jira's, with comments and a number field, as Cloud or as a server has it. */
export async function startJira(deployment: 'cloud' | 'server', mayComment = true): Promise<JiraReceiver> {
  const comments: JiraReceiver['comments'] = [];
  const fields: Record<string, unknown> = {};
  const version = deployment === 'cloud' ? '3' : '2';

  function commentPage({ url }: Received): Reply {
    const startAt = Number(url.searchParams.get('startAt') ?? 0);
    const maxResults = Math.min(100, Number(url.searchParams.get('maxResults') ?? 50));
    const page = comments.slice(startAt, startAt + maxResults);
    return { body: { startAt, maxResults, total: comments.length, comments: page } };
  }

  function addComment(json: unknown): Reply {
    const body = deployment === 'cloud' ? document : z.string().min(1);
    const parsed = z.strictObject({ body }).safeParse(json);
    if (!parsed.success) return { status: 400, body: { errorMessages: ['INVALID_INPUT'], errors: {} } };
    const written = parsed.data.body;
    if ((typeof written === 'string' ? written : JSON.stringify(written)).length > LONGEST)
      return { status: 400, body: { errorMessages: [], errors: { comment: 'exceeds the limit of 32,767' } } };
    comments.push({ id: String(10_000 + comments.length), body: written });
    return { status: 201, body: comments.at(-1) };
  }

  function edit(json: unknown): Reply {
    const parsed = z
      .strictObject({ fields: z.strictObject({ customfield_10042: z.number() }) })
      .safeParse(json);
    if (!parsed.success) return { status: 400, body: { errorMessages: [], errors: { fields: 'bad' } } };
    Object.assign(fields, parsed.data.fields);
    return { status: 204 };
  }

  const receiver = await startReceiver((request) => {
    const { method, url, headers, body } = request;
    const basic = `Basic ${Buffer.from(`ana@acme.dev:${JIRA_TOKEN}`).toString('base64')}`;
    const expected = deployment === 'cloud' ? basic : `Bearer ${JIRA_TOKEN}`;
    if (headers.authorization !== expected)
      return { status: 401, body: { errorMessages: ['no'], errors: {} } };
    const json: unknown = body.length === 0 ? null : JSON.parse(body.toString());
    switch (`${method} ${url.pathname}`) {
      case 'GET /rest/api/2/serverInfo':
        return { body: { version: '10.0.0', deploymentType: deployment === 'cloud' ? 'Cloud' : 'Server' } };
      case 'GET /rest/api/2/issue/OKR-12':
        return { body: { id: '1', key: 'OKR-12', fields: {} } };
      case 'GET /rest/api/2/mypermissions':
        return { body: { permissions: { ADD_COMMENTS: { id: '15', havePermission: mayComment } } } };
      case `GET /rest/api/${version}/issue/OKR-12/comment`:
        return commentPage(request);
      case `POST /rest/api/${version}/issue/OKR-12/comment`:
        return addComment(json);
      case 'GET /rest/api/2/issue/OKR-12/editmeta':
        return {
          body: {
            fields: {
              summary: { name: 'Summary', schema: { type: 'string', system: 'summary' } },
              customfield_10042: { name: 'Current value', schema: { type: 'number', customId: 10042 } },
            },
          },
        };
      case 'PUT /rest/api/2/issue/OKR-12':
        return edit(json);
      default:
        return { status: 404, body: { errorMessages: ['Issue does not exist.'], errors: {} } };
    }
  });
  return { ...receiver, comments, fields };
}

interface Node {
  readonly type: string;
  readonly text?: string;
  readonly marks?: readonly { readonly type: string; readonly attrs?: { readonly href: string } }[];
  readonly content?: readonly Node[];
}

/** What a reader sees of a document, and where its links lead. */
export function readDocument(node: Node): { readonly text: string; readonly active: string[] } {
  const active = (node.marks ?? []).flatMap(({ attrs }) => (attrs ? [attrs.href] : []));
  const parts = (node.content ?? []).map(readDocument);
  const inner = parts
    .map(({ text: part }) => part)
    .join(['doc', 'bulletList', 'listItem'].includes(node.type) ? '\n' : '');
  return {
    text: node.type === 'hardBreak' ? '\n' : (node.text ?? inner),
    active: [...active, ...parts.flatMap((part) => part.active)],
  };
}

/** The same of wiki markup: what has a backslash is literal, and what is left of its signs means something. */
export function readWiki(wiki: string): { readonly text: string; readonly active: string[] } {
  const active: string[] = [];
  const hidden = (sign: string) => String.fromCharCode(0xe000 + sign.charCodeAt(0));
  const shown = wiki
    .replace(/\\([^\sA-Za-z0-9\\])/g, (_, sign: string) => hidden(sign))
    .replaceAll('&#92;', hidden('\\'))
    .replaceAll('&amp;', hidden('&'))
    .replace(/\[([^\]|]*)\|([^\]]*)\]/g, (_, words: string, url: string) => {
      active.push(url);
      return words;
    })
    .replace(/^(?:h3\. |\*+ )/gm, '')
    .replaceAll('{*}', '');
  const signs = /[{}[\]!|*_^~?+@#\\]|\b(?:https?|ftp|mailto):|^h\d\.|^bq\.|--|\b[A-Z]+-\d+\b|&[a-z#]/gm;
  for (const [found] of shown.matchAll(signs)) active.push(found);
  return {
    text: shown.replace(/[\ue000-\ue0ff]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xe000)),
    active,
  };
}
