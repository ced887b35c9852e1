/** What `krsync validate` advises about a key result, by the name that `accept` takes. */
export const KEY_RESULT_ADVICE = ['direction', 'percent', 'max-age'] as const;

/** What it advises about an objective; `accept` of an objective takes these and those of its key results. */
export const OBJECTIVE_ADVICE = [
  'owner',
  'few-key-results',
  'many-key-results',
  'no-weight',
  'activity',
  'task-list',
  'guardrail',
  ...KEY_RESULT_ADVICE,
] as const;

export type AdviceName = (typeof OBJECTIVE_ADVICE)[number];
