import type { KeyResult } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { cycleSpan, dayEnds, isoTime } from '../domain/time.ts';
import { windowText } from '../metrics/engine/windows.ts';
import { metricOf } from '../metrics/index.ts';
import { guardDays, type ObjectiveReport, type ReportModel } from '../report/detail.ts';
import type { KeyResultModel } from '../report/model.ts';
import { type App, objectivesToShow } from './context.ts';
import { status } from './read.ts';
import { weekReader } from './weeks.ts';

/** Where every key result stands, from what was recorded, and what moved in the last week. */
export async function report(app: App, asOf: Instant, cycleId?: string): Promise<ReportModel> {
  const { configuration, store } = app;
  const { timezone: zone } = configuration;
  const model = await status(app, asOf, cycleId);
  const { cycle, objectives } = await objectivesToShow(app, asOf, cycleId);
  const dates = dayEnds(cycleSpan(cycle, zone), asOf, zone).map(({ date }) => date);
  const recorded = (await store.checkIns(cycle.id)).filter((one) => one.asOf <= asOf);
  const { weekAgo, weekOf } = await weekReader(app, asOf, cycle);
  async function reportOf(objectiveId: string, keyResult: KeyResultModel, own: KeyResult) {
    const checkIns = recorded.filter((one) => one.objectiveId === objectiveId && one.keyResultId === own.id);
    return {
      ...keyResult,
      definition: metricOf(own.rule.measure).definition,
      windowLength: windowText(own.rule.window),
      guardDays: guardDays(dates, checkIns, zone),
      week: await weekOf(own, checkIns),
    };
  }

  // All at once, so that they share their passes over the records.
  const shown = await Promise.all(
    model.objectives.map(async (objective): Promise<ObjectiveReport> => {
      const configured = objectives.find(({ id }) => id === objective.id)?.keyResults ?? [];
      const keyResults = objective.keyResults.flatMap((keyResult) => {
        const own = configured.find(({ id }) => id === keyResult.id);
        return own === undefined ? [] : [reportOf(objective.id, keyResult, own)];
      });
      return { ...objective, keyResults: await Promise.all(keyResults) };
    }),
  );
  return { ...model, weekAgo: isoTime(weekAgo), objectives: shown };
}
