import type { Rule, Span } from '../domain/okr.ts';
import { isoTime } from '../domain/time.ts';
import { UNLINKED } from '../metrics/engine/incidents.ts';
import type { RuleEvaluation } from '../metrics/engine/rule.ts';
import { type Relation, relationsAt, type Trace } from '../metrics/engine/trace.ts';
import type { ExplainItems, ExplainLink } from '../report/model.ts';
import type { RecordHandle, RecordStore } from '../store/contract.ts';

const NOTHING: Trace = { relations: [], left: [] };

/** The records behind a value: what was observed and why, what was left out, and how incidents met deployments. */
export async function itemsOf(
  rule: Rule,
  evaluation: RuleEvaluation,
  window: Span,
  store: Pick<RecordStore, 'links'>,
): Promise<ExplainItems> {
  const rows = evaluation.observations(0);
  const { named, trace } = evaluation;
  const { left } = trace ?? NOTHING;
  const relations = relationsAt(trace ?? NOTHING, window);
  const handles = new Set<RecordHandle>(left.map(({ ref }) => ref));
  if (named === null) for (const { ref } of rows) handles.add(ref);
  for (const { to } of relations) handles.add(to);
  const asked = [...handles];
  const links = new Map(
    (await store.links(asked)).map((link, i): [RecordHandle, ExplainLink] => [asked[i] ?? 0, link]),
  );
  const linkOf = (ref: RecordHandle) => links.get(ref);
  const related = new Map<RecordHandle, Relation[]>();
  for (const one of relations) related.set(one.of, [...(related.get(one.of) ?? []), one]);
  return {
    observations: rows.flatMap(({ at, value, of, subject, ref }) => {
      const link = named === null ? linkOf(ref) : named[ref];
      if (link === undefined) return [];
      const others = (related.get(ref) ?? []).flatMap(({ is, to }) => {
        const other = linkOf(to);
        return other === undefined ? [] : [{ is, ref: other }];
      });
      return [{ at: isoTime(at), value, of, subject, ref: link, related: others }];
    }),
    leftOut: left.flatMap(({ reason, at, ref }) => {
      const link = linkOf(ref);
      return link === undefined ? [] : [{ reason, at: Number.isNaN(at) ? null : isoTime(at), ref: link }];
    }),
    incidents: incidentsOf(rule, trace, window),
  };
}

/** Of the incidents that began in the window: how many met a deployment, and how many none. */
export function incidentsOf(
  { incidents }: Rule,
  trace: Trace | null,
  window: Span,
): ExplainItems['incidents'] {
  if (incidents === undefined) return null;
  const { sources, where, link, services } = incidents;
  const { left } = trace ?? NOTHING;
  const met = relationsAt(trace ?? NOTHING, window).filter(
    ({ is, from }) => is === 'caused by' && from >= window.from,
  );
  const linked = new Set(met.map(({ of }) => of)).size;
  return {
    sources,
    where,
    link,
    services,
    linked,
    unlinked: left.filter(({ reason }) => reason === UNLINKED).length,
  };
}
