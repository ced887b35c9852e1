import { DAY, HOUR } from '../../domain/time.ts';
import type { Random } from '../random.ts';
import { trend, WEEK, workMoment } from './calendar.ts';
import type { Repository } from './model.ts';
import { developers } from './people.ts';
import { addRelease } from './release-changes.ts';
import { pushToMain } from './repositories.ts';

/** Days between releases, at the start and at the end of the history. */
const CADENCE = { start: 7, end: 4.5 };

/** Releases over the weeks, some with a pre-release before them, and a draft that waits. */
export function makeReleases(random: Random, repository: Repository, major: number): void {
  const { company } = repository;
  const people = developers(company);
  const prereleases = repository.name === 'mobile';
  let minor = random.int(3, 30);
  let last = 0;
  let due = company.now - company.weeks * WEEK + random.next() * CADENCE.start * DAY;
  while (due < company.now) {
    const at = workMoment(random, due, Math.min(due + 3 * DAY, company.now));
    if (at === null) break;
    const version = random.chance(0.2) ? `${major}.${minor}.1` : `${major}.${++minor}.0`;
    const author = random.pick(people);
    if (prereleases) {
      addRelease(repository, { tag: `v${version}-rc.1`, author, at: at - 2 * DAY, prerelease: true });
    }
    if (!repository.releases.some((release) => release.tag === `v${version}`)) {
      pushToMain(repository, { message: `Release v${version}`, author, at });
      const tag = `v${version}`;
      addRelease(repository, { tag, author, at, ...(prereleases ? { annotation: `Release ${tag}` } : {}) });
    }
    last = at;
    due = at + trend(at, company, CADENCE.start, CADENCE.end) * DAY * (0.8 + 0.4 * random.next());
  }
  addRelease(repository, {
    tag: `v${major}.${minor + 1}.0`,
    author: random.pick(people),
    at: Math.max(company.now - DAY, Math.min(last + HOUR, company.now)),
    draft: true,
  });
}
