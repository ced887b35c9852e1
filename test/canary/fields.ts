import * as z from 'zod';

/** As the loader tells a secret by its name. */
const NAMED = /token(?!type)|password|passwd|passphrase|secret|private_?key|api_?key|authorization/i;
/** What may be one: whoever adds such a field must mark it, or say below why it is none. */
const SUSPECT = /key$|token|pass|secret|credential|auth|cookie|header|sign/i;
const SUSPECT_TEXT = /\b(API key|access token|secret|password of|credentials?)\b/i;

/** Fields that look like secrets and are none, each with what it is. */
const NO_SECRETS: Readonly<Record<string, string>> = {
  'gitlab: tokenType': 'how the token is sent',
  'sonarqube: projects.[].key': 'the name of a project',
};

type Schema = Readonly<Record<string, unknown>>;

export interface SecretFields {
  /** Their paths as `kind: a.[].b`. */
  readonly secret: readonly string[];
  /** Fields that look like secrets to a person, and are neither marked nor listed as none. */
  readonly undecided: readonly string[];
}

/** The fields of a kind's settings that hold a secret, by their mark or by their name. */
export function secretFields(kind: string, settings: z.ZodType): SecretFields {
  const secret = new Set<string>();
  const undecided = new Set<string>();
  const walk = (schema: unknown, path: readonly string[], within: boolean): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { properties, items, additionalProperties, anyOf = [], allOf = [], type } = schema as Schema;
    if (type === 'string') {
      const name = `${kind}: ${path.join('.')}`;
      const { secret: marked, description = '' } = schema as Schema;
      const key = path.findLast((part) => part !== '[]' && part !== 'X-Key') ?? '';
      if (Object.hasOwn(NO_SECRETS, name)) return;
      if (within || marked === true) secret.add(name);
      else if (SUSPECT.test(key) || SUSPECT_TEXT.test(String(description))) undecided.add(name);
    }
    for (const [key, one] of Object.entries((properties ?? {}) as Schema)) {
      walk(one, [...path, key], within || NAMED.test(key));
    }
    walk(items, [...path, '[]'], within);
    walk(additionalProperties, [...path, 'X-Key'], within);
    for (const form of [...(anyOf as unknown[]), ...(allOf as unknown[])]) walk(form, path, within);
  };
  walk(z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any', reused: 'inline' }), [], false);
  return { secret: [...secret], undecided: [...undecided] };
}
