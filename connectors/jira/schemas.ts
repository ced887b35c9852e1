import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';

/** Only the fields that are used, tolerant of all others, from Jira 7 to today's Cloud. */

/** `2012-05-16T07:56:13.000+0000`: an offset without a colon is no ISO time to every engine. */
export const instant = z
  .string()
  .transform((text) => Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')))
  .refine((at) => !Number.isNaN(at), 'a time');

/** The bulk fetch of changelogs gives milliseconds where all else gives text. */
const anyInstant = z.union([instant, z.number().int()]);

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const optionalInstant = z
  .union([instant, z.literal('')])
  .nullish()
  .transform((at): Instant | null => (typeof at === 'number' ? at : null));
const id = z.union([z.string(), z.number().int()]).transform(String);
const named = z.object({ id, name: z.string() });

const person = z
  .object({ accountId: text, accountType: text, key: text, name: text, displayName: text })
  .nullish()
  .transform((value) => value ?? null);
export type Person = z.infer<typeof person>;

export const serverInfoSchema = z.object({ version: z.string(), deploymentType: text });
export const myselfSchema = z.object({ displayName: z.string(), timeZone: text });
export const fieldsSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    schema: z
      .object({ custom: text })
      .nullish()
      .transform((schema) => schema?.custom ?? null),
  }),
);

const statusCategory = z.object({ key: z.string() });
const status = z.object({ id, name: z.string(), statusCategory });
export const statusesSchema = z.array(status);

export const projectSchema = z.object({ id, key: z.string() });
export const projectsSchema = z.array(projectSchema);

/**
 * What changed of one field. `toString` is also a method of every object, so that only an own one is the field.
 */
const changeItem = z
  .looseObject({ field: z.string(), fieldtype: text, fieldId: text, from: text, fromString: text, to: text })
  .transform((item) => {
    const written: unknown = Object.hasOwn(item, 'toString') ? Reflect.get(item, 'toString') : null;
    const { field, fieldtype, fieldId, from, fromString, to } = item;
    return {
      field,
      fieldtype,
      fieldId,
      from,
      fromText: fromString,
      to,
      toText: typeof written === 'string' ? written : null,
    };
  });
export type ChangeItem = z.infer<typeof changeItem>;

const historyEntry = z.object({ id, created: anyInstant, items: z.array(changeItem) });
export type HistoryEntry = z.infer<typeof historyEntry>;

const expandedChangelog = z.object({ total: z.number().int().nullish(), histories: z.array(historyEntry) });
export const changelogPageSchema = z.object({
  total: z.number().int(),
  isLast: z.boolean().nullish(),
  values: z.array(historyEntry),
});
export const bulkChangelogSchema = z.object({
  nextPageToken: text,
  issueChangeLogs: z.array(z.object({ issueId: id, changeHistories: z.array(historyEntry) })),
});

const sprintObject = z.object({
  id,
  name: z.string(),
  state: z.string().transform((state) => state.toLowerCase()),
  completeDate: optionalInstant,
});
export type SprintValue = z.infer<typeof sprintObject>;

/** What may follow a value in the text of a sprint: the next of its names, or the end. */
const NEXT =
  ',(?:id|rapidViewId|state|name|startDate|endDate|completeDate|activatedDate|sequence|goal|synced|autoStartStop|incompleteIssuesDestinationId)=';

/** Server and Data Center write the Java object: `…Sprint@1b[id=1,rapidViewId=2,state=CLOSED,name=…,goal=…]`. */
const sprintText = z
  .string()
  .transform((written): z.input<typeof sprintObject> => {
    const part = (name: string) =>
      new RegExp(`[[,]${name}=(.*?)(?:${NEXT}|\\]$)`, 's').exec(written)?.[1] ?? '';
    const complete = part('completeDate');
    return {
      id: part('id'),
      name: part('name'),
      state: part('state'),
      completeDate: complete === '<null>' ? '' : complete,
    };
  })
  .pipe(sprintObject);

export const sprintValues = z
  .array(z.union([sprintObject, sprintText]))
  .nullish()
  .transform((values) => values ?? []);

const comment = z.object({ author: person, created: instant });
export type CommentRow = z.infer<typeof comment>;
const inlineComments = z
  .object({ total: z.number().int(), comments: z.array(comment) })
  .nullish()
  .transform((value) => value ?? null);
export const commentPageSchema = z.object({ total: z.number().int(), comments: z.array(comment) });

/** Custom fields keep their ids; which of them is read, and how, is for the site to say. */
export const issueSchema = z.object({
  id,
  key: z.string(),
  fields: z.looseObject({
    summary: text,
    issuetype: z.object({ id, name: z.string(), subtask: z.boolean() }),
    status,
    resolution: z
      .object({ name: z.string() })
      .nullish()
      .transform((found) => found?.name ?? null),
    resolutiondate: optionalInstant,
    created: instant,
    updated: instant,
    labels: z
      .array(z.string())
      .nullish()
      .transform((labels) => labels ?? []),
    components: z
      .array(z.object({ name: z.string() }))
      .nullish()
      .transform((found) => (found ?? []).map(({ name }) => name)),
    fixVersions: z
      .array(named)
      .nullish()
      .transform((found) => found ?? []),
    parent: z
      .object({ id, key: z.string() })
      .nullish()
      .transform((found) => found ?? null),
    assignee: person,
    reporter: person,
    creator: person,
    comment: inlineComments,
  }),
  changelog: expandedChangelog.nullish().transform((value) => value ?? null),
});
export type IssueRow = z.infer<typeof issueSchema>;

/** An issue of a comparison of keys: it is there, and since when. */
export const bareIssueSchema = z.object({ id, fields: z.object({ created: instant }) });
export const keySchema = z.object({ id, key: z.string() });

const worklog = z.object({
  id,
  author: person,
  started: instant,
  timeSpentSeconds: z.number(),
});
export type WorklogRow = z.infer<typeof worklog>;
export const worklogPageSchema = z.object({ total: z.number().int(), worklogs: z.array(worklog) });
export const worklogIssueSchema = z.object({
  id,
  key: z.string(),
  fields: z.object({
    created: instant,
    worklog: worklogPageSchema.nullish().transform((value) => value ?? null),
  }),
});
export type WorklogIssueRow = z.infer<typeof worklogIssueSchema>;

export const boardPageSchema = z.object({
  isLast: z.boolean().nullish(),
  values: z.array(
    z.object({
      id: z.number().int(),
      name: z.string(),
      type: z.string(),
      location: z
        .object({ projectKey: text })
        .nullish()
        .transform((found) => found?.projectKey ?? null),
    }),
  ),
});

export const sprintSchema = z.object({
  id,
  name: z.string(),
  state: z.string().transform((state) => state.toLowerCase()),
  goal: text,
  startDate: optionalInstant,
  endDate: optionalInstant,
  completeDate: optionalInstant,
  originBoardId: z.number().int().nullish(),
});
export type SprintRow = z.infer<typeof sprintSchema>;
export const sprintPageSchema = z.object({ isLast: z.boolean().nullish(), values: z.array(sprintSchema) });

export const versionsSchema = z.array(
  z.object({
    id,
    name: z.string(),
    released: z.boolean().nullish().transform(Boolean),
    startDate: text,
    releaseDate: text,
  }),
);
export const versionSchema = named;
