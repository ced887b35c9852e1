import type { ObjectiveModel, StatusModel } from '../model.ts';
import { cleanText } from '../text.ts';
import { statusWords } from '../words.ts';
import { type Content, html, type Markup } from './markup.ts';

/** Filters by team, owner and status. They stay hidden where no script runs, and everything is shown. */
export function controls(model: StatusModel): Content {
  const { objectives } = model;
  const statuses = [
    ...new Set(objectives.flatMap(({ keyResults }) => keyResults.map(({ status }) => status))),
  ];
  const team = choice('team', 'Team', named(objectives, 'team'));
  const owner = choice('owner', 'Owner', named(objectives, 'owner'));
  const status = choice(
    'status',
    'Status',
    statuses.map((one) => ({ value: one, text: statusWords(one), places: [] })),
  );
  if (objectives.length === 0) return null;
  return html`<form id="filters" class="filters" role="search" aria-label="Filter the report" hidden>${team}${owner}${status}<button type="reset">Show all</button><span id="shown" class="faint" role="status"></span></form>`;
}

interface Option {
  readonly value: string;
  readonly text: string;
  /** Objectives that it shows. */
  readonly places: readonly number[];
}

function named(objectives: readonly ObjectiveModel[], field: 'team' | 'owner'): readonly Option[] {
  const places = new Map<string, number[]>();
  for (const [place, objective] of objectives.entries()) {
    if (objective[field] === null) continue;
    const name = cleanText(objective[field]);
    places.set(name, [...(places.get(name) ?? []), place]);
  }
  return [...places]
    .map(([name, list]) => ({ value: name, text: cut(name), places: list }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** A list of choices is as wide as its longest. */
function cut(name: string): string {
  const letters = [...name];
  return letters.length > 48 ? `${letters.slice(0, 47).join('')}…` : name;
}

function choice(name: string, label: string, options: readonly Option[]): Markup | null {
  if (options.length < 2) return null;
  const drawn = options.map(
    ({ value, text, places }) =>
      html`<option value="${value}" data-places="${places.join(' ')}">${text}</option>`,
  );
  return html`<label>${label} <select name="${name}"><option value="">All</option>${drawn}</select></label>`;
}
