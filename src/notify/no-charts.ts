import { ConnectorError } from '../../connectors/errors.ts';

/** Why a message has no charts, and what to do: for a warning, for no message is held back for its pictures. */
export function noChartsWords(error: unknown): string {
  if (error instanceof ConnectorError) return `${error.message}. ${error.remedy}`;
  const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `${what}. Install krsync again, so that it can draw, or set \`charts: false\``;
}
