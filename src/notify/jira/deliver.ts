import * as z from 'zod';
import { ConnectorError } from '../../../connectors/errors.ts';
import { parseAnswer } from '../../../connectors/http.ts';
import { type Api, type JiraWriter, openClient } from '../../../connectors/jira/client.ts';
import { serverInfoSchema } from '../../../connectors/jira/schemas.ts';
import { settingsSchema } from '../../../connectors/jira/settings.ts';
import type { Message } from '../../report/message.ts';
import type { ChannelContext, Receipt } from '../contract.ts';
import { cutToFit } from '../layout.ts';
import { messageDocument } from './document.ts';
import type { JiraChannelSettings } from './settings.ts';
import { writeValues } from './values.ts';
import { messageWiki } from './wiki.ts';

type JiraContext = ChannelContext<JiraChannelSettings>;

/** Jira takes 32,767 characters, the document's own signs perhaps counted in. */
const LONGEST = 30_000;
/** A message that was sent before is among the last comments, unless it waited for very long. */
const LOOKED_THROUGH = 100;

const comment = z.object({ id: z.string(), body: z.unknown() });
const total = z.object({ total: z.number().int().min(0) });
const comments = z.object({ comments: z.array(comment) });
const permissions = z.object({
  permissions: z.record(z.string(), z.object({ havePermission: z.boolean() })),
});

export async function deliverToJira(context: JiraContext, message: Message): Promise<Receipt> {
  const { issue, values } = context.settings;
  return telling(context, async (client) => {
    if (issue === undefined) return writeValues(client, values ?? [], message);
    const api = (await isCloud(context, client)) ? '/rest/api/3' : '/rest/api/2';
    const mark = `krsync ${message.id}`;
    const known = await findComment(client, api, issue, mark);
    const id = known ?? (await addComment(client, api, issue, message, mark));
    const site = context.settings.url.replace(/\/+$/, '');
    return { reference: `${site}/browse/${issue}?focusedCommentId=${id}` };
  });
}

/** The issue and the right to comment on it, or the fields, as far as Jira tells it. */
export async function checkJira(context: JiraContext): Promise<void> {
  const { issue, values } = context.settings;
  await telling(context, async (client) => {
    if (issue === undefined) {
      await writeValues(client, values ?? [], null);
      return;
    }
    await client.get('/rest/api/2', `/issue/${issue}`, { fields: 'created' });
    const { data, endpoint } = await client.get('/rest/api/2', '/mypermissions', {
      issueKey: issue,
      permissions: 'ADD_COMMENTS',
    });
    const found = parseAnswer(permissions, data, endpoint).permissions;
    // Jira Server before 7 names it otherwise; then the first comment tells.
    if (found.ADD_COMMENTS?.havePermission !== false) return;
    throw new ConnectorError({
      code: 'forbidden',
      message: `Jira does not let this user comment on ${issue}`,
      endpoint,
      remedy: 'Give the user of the channel the permission to add comments in this project',
    });
  });
}

async function addComment(
  client: JiraWriter,
  api: Api,
  issue: string,
  message: Message,
  mark: string,
): Promise<string> {
  const body =
    api === '/rest/api/3'
      ? cutToFit(
          message,
          (fitted) => messageDocument(fitted, mark),
          (found) => JSON.stringify(found).length <= LONGEST,
        )
      : cutToFit(
          message,
          (fitted) => messageWiki(fitted, mark),
          (found) => found.length <= LONGEST,
        );
  const { data, endpoint } = await client.post(api, `/issue/${issue}/comment`, { body });
  return parseAnswer(comment, data, endpoint).id;
}

/** The id of the comment that ends with the mark. Comments come oldest first: the last page is asked for. */
async function findComment(
  client: JiraWriter,
  api: Api,
  issue: string,
  mark: string,
): Promise<string | null> {
  const path = `/issue/${issue}/comment`;
  const first = await client.get(api, path, { startAt: 0, maxResults: 1 });
  const count = parseAnswer(total, first.data, first.endpoint).total;
  if (count === 0) return null;
  const startAt = Math.max(0, count - LOOKED_THROUGH);
  const last = await client.get(api, path, { startAt, maxResults: LOOKED_THROUGH });
  const found = parseAnswer(comments, last.data, last.endpoint).comments;
  return found.find(({ body }) => holds(body, mark))?.id ?? null;
}

/** Wiki markup writes the signs of an id with a backslash. */
function holds(body: unknown, mark: string): boolean {
  const text = typeof body === 'string' ? body.replaceAll('\\', '') : JSON.stringify(body ?? '');
  return text.includes(mark);
}

async function isCloud({ settings }: JiraContext, client: JiraWriter): Promise<boolean> {
  if (settings.deployment !== 'auto') return settings.deployment === 'cloud';
  const { data, endpoint } = await client.get('/rest/api/2', '/serverInfo');
  return parseAnswer(serverInfoSchema, data, endpoint).deploymentType === 'Cloud';
}

/** Errors of the client speak of sources; these speak of the channel. */
async function telling<T>(context: JiraContext, work: (client: JiraWriter) => Promise<T>): Promise<T> {
  const { signal, fetch, now, logger } = context;
  const { issue: _issue, values: _values, ...access } = context.settings;
  const settings = settingsSchema.parse({ ...access, projects: ['ANY'] });
  const source = { settings, start: 0, signal, fetch, now, logger, storedIds: async () => [], directory: '' };
  try {
    // The outbox tries again, and knows for how long.
    return await work(openClient(source, { attempts: 1 }));
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.transient || error.code === 'aborted') throw error;
    const { code, message, endpoint, status } = error;
    const remedy = {
      auth: 'Give the channel valid credentials: `email` and `token` on Cloud, `token` or `username` and `password` elsewhere',
      forbidden: 'Give the user of the channel permission to comment on the issue, or to edit its fields',
      not_found: 'Check the `url` and the key of the issue; what the user may not see is not found either',
    }[code as string];
    throw new ConnectorError({
      code,
      message,
      endpoint,
      remedy: status === undefined ? error.remedy : (remedy ?? error.remedy),
      ...(status === undefined ? {} : { status }),
    });
  }
}
