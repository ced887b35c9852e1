import * as z from 'zod';
import { ConnectorError } from '../../../connectors/errors.ts';
import { parseAnswer } from '../../../connectors/http.ts';
import type { JiraWriter } from '../../../connectors/jira/client.ts';
import type { Message } from '../../report/message.ts';
import type { Receipt } from '../contract.ts';
import type { FieldValue } from './settings.ts';

const editable = z.object({
  fields: z.record(z.string(), z.object({ name: z.string(), schema: z.object({ type: z.string() }) })),
});

/**
 * Puts where each key result of the message stands into its field; with null for the message the fields are looked at
 * and nothing is written. What has no value is left as it is, and the numbers of a sample are nobody's.
 */
export async function writeValues(
  client: JiraWriter,
  values: readonly FieldValue[],
  message: Message | null,
): Promise<Receipt> {
  const written: string[] = [];
  for (const { keyResult, issue, field, of, times } of values) {
    const number = message === null || message.kind === 'test' ? null : numberOf(message, keyResult, of);
    if (message !== null && number === null) continue;
    const id = await fieldId(client, issue, field);
    if (number === null) continue;
    // So that 0.41 becomes 41 and not 41.00000000000001.
    const scaled = Number((number * times).toPrecision(15));
    await client.put('/rest/api/2', `/issue/${issue}`, { fields: { [id]: scaled } });
    written.push(issue);
  }
  return { reference: written.length === 0 ? null : written.join(' ') };
}

function numberOf(message: Message, wanted: string, of: FieldValue['of']): number | null {
  for (const { id, keyResults } of message.objectives) {
    const found = keyResults.find((one) => wanted === `${id}/${one.id}` || wanted === one.id);
    if (found) return found[of];
  }
  return null;
}

async function fieldId(client: JiraWriter, issue: string, wanted: string): Promise<string> {
  const { data, endpoint } = await client.get('/rest/api/2', `/issue/${issue}/editmeta`);
  const fields = Object.entries(parseAnswer(editable, data, endpoint).fields);
  const lower = wanted.toLowerCase();
  const [id, field] =
    fields.find(([key]) => key === wanted) ??
    fields.find(([, { name }]) => name.toLowerCase() === lower) ??
    [];
  const isNumber = field?.schema.type === 'number';
  if (id !== undefined && isNumber) return id;
  throw new ConnectorError({
    code: 'input',
    message: field
      ? `The field ${wanted} of ${issue} is not a number field`
      : `This user can edit no field ${wanted} of ${issue}`,
    endpoint,
    remedy: 'Correct `field`, or put it on the edit screen of the issue and let the user edit it',
  });
}
