import { ConnectorError } from '../../../connectors/errors.ts';
import { requestsOf } from './requests.ts';
import { optionalFields, sampleMessage } from './sample.ts';
import type { HttpSettings } from './settings.ts';

/**
 * Fills the templates in, with all fields and without those that may be missing: a fault that only a key result without
 * a forecast brings to light would disable the channel later. Throws what `render` throws, and names the field.
 */
export async function checkTemplates(settings: HttpSettings): Promise<void> {
  const faultWithout = async (missing: readonly string[]): Promise<ConnectorError | null> => {
    try {
      await requestsOf(settings, sampleMessage(settings, missing));
      return null;
    } catch (error) {
      if (error instanceof ConnectorError) return error;
      throw error;
    }
  };
  const always = await faultWithout([]);
  if (always !== null) throw always;
  const optional = optionalFields(settings);
  for (const field of optional) {
    const fault = await faultWithout([field]);
    if (fault !== null) throw withoutField(`\`${field}\` is missing`, fault);
  }
  const together = await faultWithout(optional);
  if (together !== null) throw withoutField('all that may be missing is missing', together);
}

function withoutField(where: string, { code, message, endpoint }: ConnectorError): ConnectorError {
  return new ConnectorError({
    code,
    message: `Where ${where}: ${message}`,
    endpoint,
    remedy: 'Write it with `| json`, which makes null of it, with `| default: …`, or inside `{% if … %}`',
  });
}
