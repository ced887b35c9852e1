import * as z from 'zod';

/** Only the fields that are asked for. Actions of plugins that export nothing are empty objects. */
const actionSchema = z.object({
  _class: z.string().nullish(),
  causes: z.array(z.object({ _class: z.string().nullish() })).nullish(),
  lastBuiltRevision: z
    .object({
      SHA1: z.string().nullish(),
      branch: z.array(z.object({ name: z.string().nullish() })).nullish(),
    })
    .nullish(),
  remoteUrls: z.array(z.string()).nullish(),
  totalCount: z.number().int().nullish(),
  failCount: z.number().int().nullish(),
  skipCount: z.number().int().nullish(),
});

export const buildSchema = z.object({
  number: z.number().int(),
  url: z.string().nullish(),
  displayName: z.string().nullish(),
  building: z.boolean().nullish(),
  result: z.string().nullish(),
  /** Milliseconds since the epoch. */
  timestamp: z.number().int(),
  /** Milliseconds; 0 while it runs. */
  duration: z.number().int(),
  actions: z.array(actionSchema.nullable()).nullish(),
});
export type BuildRow = z.infer<typeof buildSchema>;

export const BUILD_TREE =
  'number,url,displayName,building,result,timestamp,duration,actions[causes[shortDescription],lastBuiltRevision[SHA1,branch[name]],remoteUrls,totalCount,failCount,skipCount]';

export const jobSchema = z.object({
  /** Missing of a folder. */
  allBuilds: z.array(buildSchema).nullish(),
  nextBuildNumber: z.number().int().nullish(),
  property: z.array(z.object({ _class: z.string().nullish() }).nullable()).nullish(),
});

/** `builds` ends after a hundred, whatever the range; `allBuilds` does not. */
export function jobTree(from: number, to: number): string {
  return `nextBuildNumber,property[name],allBuilds[${BUILD_TREE}]{${from},${to}}`;
}

/** Seconds; of several modules one after another. */
export const testReportSchema = z.object({
  duration: z.number().nullish(),
  childReports: z.array(z.object({ result: z.object({ duration: z.number().nullish() }) })).nullish(),
});

/** The Coverage plugin shows shares as text: `91.02%`. https://github.com/jenkinsci/coverage-plugin */
export const coverageSchema = z.object({
  projectStatistics: z.record(z.string(), z.string()).nullish(),
});

/** https://github.com/jenkinsci/cobertura-plugin, and the Code Coverage API plugin before version 4. */
export const elementsSchema = z.object({
  results: z
    .object({
      elements: z
        .array(
          z.object({ name: z.string(), numerator: z.number().nullish(), denominator: z.number().nullish() }),
        )
        .nullish(),
    })
    .nullish(),
});

const counter = z.object({ covered: z.number().nullish(), total: z.number().nullish() }).nullish();
/** https://github.com/jenkinsci/jacoco-plugin; early versions of it tell percentages alone, 0 of nothing too. */
export const jacocoSchema = z.object({
  lineCoverage: counter,
  branchCoverage: counter,
  methodCoverage: counter,
});
