import * as z from 'zod';
import { WEEKDAYS } from '../domain/calendar.ts';
import { AGGREGATES, COMBINES, NAMED_WINDOWS } from '../domain/okr.ts';
import { countsHours } from '../metrics/contract.ts';
import { observedTypes } from '../metrics/engine/parts.ts';
import { type AdviceName, KEY_RESULT_ADVICE, OBJECTIVE_ADVICE } from './advice-names.ts';
import { whereSchema } from './conditions.ts';
import { date, duration, id, QUANTITY_FORM, quantity, text, weight, wordsUnlessMissing } from './forms.ts';
import { unknownKeysMessage } from './messages.ts';
import { QUANTITY } from './quantity.ts';
import type { CatalogueMetric, ChannelKind, SourceKind } from './registry.ts';
import { TIME, TIME_FORM } from './times.ts';

/** Whole days up to ten years, in days or weeks. */
export const WINDOW = new RegExp(`^(${NAMED_WINDOWS.join('|')}|0*[1-9]\\d{0,2}w|0*[1-9]\\d{0,3}d)$`);

/** Digests by name, at 08:00 in the configuration's zone. */
export const DIGESTS = { daily: '0 8 * * *', weekly: '0 8 * * 1', monthly: '0 8 1 * *' } as const;

const BAND_FORM = 'must give min, max or both';

const SPAN = /^([01]?\d|2[0-4]):[0-5]\d ?- ?([01]?\d|2[0-4]):[0-5]\d$/;
const SPAN_FORM = 'must be a span such as 09:00-17:00, or a list of them';
const workSpan = z.string({ error: SPAN_FORM }).regex(SPAN, { error: SPAN_FORM });

export const calendarShape = {
  id: id.describe('What the `calendar` of a rule names.'),
  timezone: text.optional().describe('IANA time zone of its hours; default that of the configuration.'),
  days: z.array(z.enum(WEEKDAYS)).min(1).optional().describe('Default Monday to Friday.'),
  hours: z
    .union([workSpan, z.array(workSpan).min(1)], { error: wordsUnlessMissing(SPAN_FORM) })
    .describe('When people work on these days, in local time.'),
  holidays: z.array(date).optional().describe('Local dates on which nobody works.'),
};

function acceptOf(names: readonly AdviceName[]) {
  return z
    .strictObject(Object.fromEntries(names.map((name) => [name, text.optional()])), {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? unknownKeysMessage('advice', issue.inst) : undefined,
    })
    .optional()
    .describe('Advice of `krsync validate` that is not wanted, by its name, each with the reason.');
}

export const cycleShape = {
  id: id.describe('Keys the check-ins of the cycle.'),
  start: date.describe('First local day.'),
  end: date.describe('Last local day.'),
};

export const objectiveShape = {
  id,
  title: text,
  owner: text.optional(),
  team: text.optional(),
  focusArea: text.optional(),
  parent: id.optional().describe('The objective that it aligns under.'),
  cycle: id.optional().describe('Default: the cycle that holds the as-of time, else the latest.'),
  weight: weight.optional(),
  accept: acceptOf(OBJECTIVE_ADVICE),
};

const keyResultShape = {
  id,
  title: text,
  accept: acceptOf(KEY_RESULT_ADVICE),
  weight: weight.optional(),
  freshness: duration.optional().describe('How old the last complete pull may be before it is stale.'),
  maxAge: duration.optional().describe('How old the newest sample may be before it is stale.'),
  minSamples: z
    .int()
    .min(0, { error: 'must not be below zero' })
    .optional()
    .describe('Fewest observations that make a check-in.'),
};

const band = {
  min: quantity.optional(),
  max: quantity.optional(),
};

/** A guard's keys beside its `metric`. */
export const guardShape = {
  title: text.optional().describe('Default: the measure.'),
  keep: z
    .strictObject(band)
    .refine((limits) => limits.min !== undefined || limits.max !== undefined, { error: BAND_FORM })
    .meta({ anyOf: [{ required: ['min'] }, { required: ['max'] }] })
    .describe('The band that its number must stay in.'),
};

/** The keys of a step of `milestones` beside `when`, and those of `when` beside its `metric`. */
export const milestoneStep = {
  title: text,
  share: quantity.optional().describe('Of the whole; all steps give one, or none, and they are alike.'),
  done: z
    .union([z.boolean(), date], {
      error: wordsUnlessMissing('must be true, false, or the date on which it was done'),
    })
    .optional()
    .describe('What a person says: true, false, or since which day.'),
  by: text.optional().describe('Who says so.'),
};
export const milestoneWhen = {
  gte: quantity.optional(),
  gt: quantity.optional(),
  lte: quantity.optional(),
  lt: quantity.optional(),
};

export const reachShape = {
  ...keyResultShape,
  start: z
    .union(
      [z.number(), z.literal('auto'), z.string().regex(QUANTITY, { error: `${QUANTITY_FORM}, or auto` })],
      {
        error: (issue) =>
          issue.input === undefined
            ? 'is missing: give the value at the start of the cycle, or `auto`'
            : issue.input === null
              ? undefined
              : `${QUANTITY_FORM}, or auto`,
      },
    )
    .describe('The value when the cycle began, or auto.'),
  target: quantity.describe('The value to reach.'),
  stretch: quantity.optional().describe('A value beyond the target that would be a great success.'),
  pace: z.enum(['auto', 'line']).optional(),
};

export const keepShape = {
  ...keyResultShape,
  keep: z
    .strictObject({
      ...band,
      for: quantity.optional().describe('Share of the days that must be inside the band; default 95%.'),
    })
    .refine((band) => band.min !== undefined || band.max !== undefined, { error: BAND_FORM })
    .meta({ anyOf: [{ required: ['min'] }, { required: ['max'] }] }),
};

export const milestoneShape = { ...keyResultShape };

export const scalarShape = {
  timezone: text.optional().describe('IANA time zone of cycles, days and schedules; default UTC.'),
  database: text
    .optional()
    .describe('Path of the database, from this file; default krsync.db in the working directory.'),
  since: z
    .string({ error: wordsUnlessMissing(TIME_FORM) })
    .regex(TIME, { error: TIME_FORM })
    .optional()
    .describe('How far back the first pull goes.'),
  revise: duration
    .optional()
    .describe('How old a check-in may be that late data still corrects; default 14d.'),
  schedule: text.optional().describe('Cron expression of `krsync serve`.'),
};

const some = z.array(text).min(1);
const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day such as 07:30 or 20:00' });
const DIGEST_FORM = `must be ${Object.keys(DIGESTS).join(', ')}, a cron expression, or false`;
const digestTimes = text.describe('daily, weekly or monthly (at 08:00), or a cron expression.');

/** The keys that every kind of channel shares, beside `id` and `kind`. */
export const channelShape = {
  teams: some.optional().describe('Only objectives of these teams.'),
  owners: some.optional().describe('Only objectives of these owners.'),
  focusAreas: some.optional().describe('Only objectives of these focus areas.'),
  objectives: z.array(id).min(1).optional().describe('Only these objectives.'),
  digest: z
    .union(
      [
        z.literal(false),
        digestTimes,
        z.strictObject({
          schedule: digestTimes,
          always: z.boolean().optional().describe('Also when nothing changed since the last one.'),
        }),
      ],
      { error: wordsUnlessMissing(DIGEST_FORM) },
    )
    .optional()
    .describe('When the summary goes out; default weekly.'),
  changes: z.boolean().optional().describe('Tells a change of status at once; default true.'),
  operator: z
    .boolean()
    .optional()
    .describe('Also held values, stale data and what fails: for whoever runs krsync; default false.'),
  quietHours: z
    .strictObject({
      from: timeOfDay,
      to: timeOfDay,
      weekends: z.boolean().optional().describe('Saturdays and Sundays as a whole, too.'),
    })
    .refine(({ from, to }) => from !== to, { error: 'begin and end at the same time', path: ['to'] })
    .optional()
    .describe('When nothing is sent: it goes out when they end.'),
  mostPerWeek: z
    .int()
    .min(1)
    .optional()
    .describe('The most messages beside digests in a week; what is beyond waits for the digest.'),
};

export const incidentShape = {
  source: z
    .union([id, z.array(id).min(1)], { error: wordsUnlessMissing('must be a source id or a list of them') })
    .optional()
    .describe('Where incidents come from; default the one source that brings tickets.'),
  where: whereSchema(['ticket'])
    .refine((conditions) => Object.keys(conditions).length > 0, { error: 'must name at least one condition' })
    .meta({ minProperties: 1 })
    .describe('Which of its tickets are incidents.'),
  link: z
    .enum(['explicit', 'latest'])
    .optional()
    .describe(
      'How an incident meets the deployment that caused it: explicit, by a deployment, commit or pull request that it names (default); or latest, the one before it.',
    ),
  services: z
    .record(z.string(), z.string().min(1))
    .optional()
    .describe('Component or label of an incident, and the repository that is deployed for it.'),
};

const WINDOW_FORM = `must be whole days or weeks such as 28d or 4w, or one of ${NAMED_WINDOWS.join(', ')}`;

const ruleKeys = {
  measure: z.string(),
  source: z
    .union([id, z.array(id).min(1)], { error: wordsUnlessMissing('must be a source id or a list of them') })
    .optional()
    .describe('Default: the one source that yields the records.'),
  where: z.looseObject({}).optional(),
  options: z.looseObject({}).optional(),
  aggregate: z.enum(AGGREGATES).optional(),
  window: z
    .string({ error: wordsUnlessMissing(WINDOW_FORM) })
    .regex(WINDOW, { error: (issue) => (/^0+[dw]$/.test(String(issue.input)) ? 'is empty' : WINDOW_FORM) })
    .optional()
    .describe('Ends at the as-of time. Default: cycleToDate for counts and sums of events, else 28d.'),
  combine: z.enum(COMBINES).optional().describe('How the values of several subjects become one.'),
  calendar: id
    .optional()
    .describe('Hours are counted in the working hours of this calendar, one under `calendars`.'),
};

/** A rule's keys under one metric: what it can filter, its options, the aggregates that mean something. */
export function ruleShape(metric: CatalogueMetric | null) {
  if (metric === null) return ruleKeys;
  const { options } = metric;
  const { combine, calendar, ...keys } = ruleKeys;
  return {
    ...keys,
    measure: z.literal(metric.id).describe(metric.definition),
    where: whereSchema(observedTypes(metric)).optional(),
    options: options.safeParse({}).success ? options.optional() : options,
    aggregate: z.enum(metric.aggregates).optional().describe(`Default: ${metric.aggregate}.`),
    ...(metric.kind === 'sample' || metric.kindUnder !== undefined ? { combine } : {}),
    ...(countsHours(metric) ? { calendar } : {}),
  };
}

/** The keys of a rule that is computed from others: sources, conditions and windows are those of its terms. */
export function computedShape({ id: measure, definition, options }: CatalogueMetric) {
  return { measure: z.literal(measure).describe(definition), options };
}

/** The keys of a source or channel: the settings of its kind beside those that all share. */
function kindSchema(kind: string, settings: z.ZodType, shared: z.core.$ZodLooseShape): z.ZodType {
  const identity = { id, kind: z.literal(kind), ...shared };
  if (settings instanceof z.ZodObject) return settings.safeExtend(identity);
  if (settings instanceof z.ZodUnion) {
    return z.union(settings.options.map((form) => kindSchema(kind, form as z.ZodType, shared)));
  }
  if (settings instanceof z.ZodPipe) return kindSchema(kind, settings.in as z.ZodType, shared);
  return z.looseObject(identity);
}

export interface Registries {
  readonly connectors: Readonly<Record<string, SourceKind>>;
  readonly metrics: ReadonlyMap<string, CatalogueMetric>;
  /** Default none. */
  readonly channels?: Readonly<Record<string, ChannelKind>>;
}

/**
 * The schema of one file of the configuration. The loader reads with its parts, one by one, so that a fault
 * hides no other; the JSON Schema is made from the whole.
 */
export function configurationSchema({ connectors, metrics, channels = {} }: Registries): z.ZodObject {
  const rules = [...metrics.values()].map((metric) =>
    metric.compute === undefined ? ruleShape(metric) : computedShape(metric),
  );
  const inline = oneOf(rules.map((shape) => z.strictObject(shape)));
  const shared = oneOf(rules.map((shape) => z.strictObject({ id, ...shape })));
  const metric = z.union([id, inline]).describe('The id of a shared rule under `metrics`, or a rule.');
  const guard = z
    .array(z.strictObject({ ...guardShape, metric }))
    .min(1)
    .optional()
    .describe('What must not suffer while it moves.');
  const when = z
    .strictObject({ ...milestoneWhen, metric })
    .optional()
    .describe('The number that decides, and where it has to be.');
  const milestones = z.array(z.strictObject({ ...milestoneStep, when })).min(1);
  const keyResult = z.union([
    z.strictObject({ ...reachShape, metric, guard }),
    z.strictObject({ ...keepShape, metric, guard }),
    z.strictObject({ ...milestoneShape, milestones, guard }),
  ]);
  const sources = Object.entries(connectors).map(([kind, { settings }]) => kindSchema(kind, settings, {}));
  const ways = Object.entries(channels).map(([kind, { settings }]) =>
    kindSchema(kind, settings, channelShape),
  );
  return z.strictObject({
    ...scalarShape,
    cycles: z.array(z.strictObject(cycleShape)).optional(),
    sources: z.array(oneOf(sources)).optional(),
    metrics: z.array(shared).optional(),
    incidents: z.strictObject(incidentShape).optional(),
    calendars: z.array(z.strictObject(calendarShape)).optional(),
    channels: z.array(oneOf(ways)).optional(),
    objectives: z
      .array(z.strictObject({ ...objectiveShape, keyResults: z.array(keyResult).min(1) }))
      .optional(),
  });
}

function oneOf(forms: readonly z.ZodType[]): z.ZodType {
  return forms.length === 0 ? z.never() : z.union(forms);
}
