import type { RefusalCode } from './rest.ts';

/** Google takes the key in a header, where no address can give it away: https://cloud.google.com/docs/authentication/api-keys-use */
export function keyHeader(key: string | undefined): Readonly<Record<string, string>> {
  return key === undefined ? {} : { 'x-goog-api-key': key };
}

/**
 * What Google's own words say about a refusal: a wrong key is a 400, and a spent quota can be a 403.
 * https://cloud.google.com/apis/design/errors#error_model
 */
export function googleCodeOf(status: number, text: string): RefusalCode | undefined {
  if (status === 400 && /API_KEY_INVALID|API key (not valid|expired)/i.test(text)) return 'auth';
  if (status === 403 && /RESOURCE_EXHAUSTED|(rate|quota|daily)Limit\w*Exceeded|quotaExceeded/i.test(text)) {
    return 'rate_limit';
  }
  // A page that Lighthouse could not load is answered with one of these: https://developers.google.com/speed/docs/insights/v5/get-started
  if (status === 400 && /Lighthouse returned error/i.test(text)) return 'server';
  return undefined;
}
