import { readTests } from '../../../connectors/junit/read.ts';
import type { ReportSource } from '../../../connectors/report-source.ts';

/** A report in memory. */
export function sourceOf(content: string | Uint8Array, name = 'report.xml'): ReportSource {
  return {
    name,
    async *chunks() {
      yield typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
  };
}

export async function totalsOf(...contents: readonly string[]) {
  return (await readTests(contents.map((content, index) => sourceOf(content, `${index}.xml`)))).totals;
}

/** What a report is refused with. */
export async function faultOf(content: string | ReportSource): Promise<unknown> {
  return readTests([typeof content === 'string' ? sourceOf(content) : content]).then(
    () => {
      throw new Error('it was read without a fault');
    },
    (error: unknown) => error,
  );
}
