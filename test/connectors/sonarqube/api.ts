import { type JsonReply, type JsonServer, startJsonServer } from '../../support/json-server.ts';

export const TOKEN = 'squ_0123456789abcdef0123456789abcdef';

export interface StandInAnalysis {
  readonly at: number;
  /** By metric; one that is missing was not measured. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Stands for the Web API of SonarQube, worded as
 * https://github.com/SonarSource/sonarqube/blob/master/server/sonar-webserver-webapi/src/main/java/org/sonar/server/measure/ws/SearchHistoryAction.java
 * Dates are in the zone of the server, as +0200 without a colon.
 */
export async function startSonarqube(
  projects: Readonly<Record<string, readonly StandInAnalysis[]>>,
  options: { readonly total?: number; readonly authorization?: string } = {},
): Promise<JsonServer> {
  const { total, authorization = `Bearer ${TOKEN}` } = options;
  return startJsonServer(({ url, headers }) => {
    const { pathname, searchParams } = url;
    if (headers.authorization !== authorization) return refuse(401, 'Not authorised');
    const page = Number(searchParams.get('p') ?? 1);
    const size = Number(searchParams.get('ps') ?? 100);
    if (pathname === '/api/components/search') {
      if (page * size > 10_000) return refuse(400, 'Can return only the first 10000 results.');
      const keys = Object.keys(projects);
      const paging = { pageIndex: page, pageSize: size, total: total ?? keys.length };
      const components = keys.slice((page - 1) * size, page * size).map((key) => ({ key, qualifier: 'TRK' }));
      return { body: { paging, components } };
    }
    if (pathname !== '/api/measures/search_history') return refuse(404, `Unknown url : ${pathname}`);
    const key = searchParams.get('component') ?? '';
    const branch = searchParams.get('branch');
    const analyses = projects[branch === null ? key : `${key} ${branch}`];
    if (analyses === undefined) return refuse(404, `Component key '${key}' not found`);
    if (size > 1000) return refuse(400, "'ps' value (must be less than 1000)");
    const from = Date.parse(
      (searchParams.get('from') ?? '1970-01-01T00:00:00+0000').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'),
    );
    const found = analyses.filter(({ at }) => at >= from);
    const paged = found.slice((page - 1) * size, page * size);
    return {
      body: {
        paging: { pageIndex: page, pageSize: size, total: found.length },
        measures: (searchParams.get('metrics') ?? '').split(',').map((metric) => ({
          metric,
          history: paged.map(({ at, values }) => ({
            date: inZone(at),
            ...(values[metric] === undefined ? {} : { value: String(values[metric]) }),
          })),
        })),
      },
    };
  });
}

function inZone(at: number): string {
  return new Date(at + 7_200_000).toISOString().replace(/\.\d+Z$/, '+0200');
}

function refuse(status: number, msg: string): JsonReply {
  return { status, body: { errors: [{ msg }] } };
}

export function analysesOf(count: number, from: number, step: number): StandInAnalysis[] {
  return Array.from({ length: count }, (_, index) => ({
    at: Math.floor((from + index * step) / 1000) * 1000,
    values: {
      coverage: 61.3,
      line_coverage: 60,
      lines_to_cover: 1000,
      uncovered_lines: 400 - (index % 300),
      conditions_to_cover: 50,
      uncovered_conditions: 10,
    },
  }));
}
