import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../connectors/contract.ts';
import { comment, deleteIssue, moveIssue, setHidden, setLabels } from '../../../src/demo/jira/changes.ts';
import { addProject, statusNamed } from '../../../src/demo/jira/tracker.ts';
import type { Ticket } from '../../../src/domain/records.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { bench, DIALECTS, MINUTE, type Site, searches, siteOf, streamOf } from './support.ts';

/** A member as a store keeps it. */
function member(site: Site, settings: Parameters<Site['context']>[0] = {}) {
  const live = new Map<string, Ticket>();
  let cursor: string | null = null;
  return {
    live,
    keys: () => [...live.values()].map(({ key }) => key).sort(),
    async pull(): Promise<Batch[]> {
      const batches: Batch[] = [];
      const context = site.context(settings, { storedIds: async () => [...live.keys()] });
      for await (const batch of streamOf('issues').pull(context, 'WEB', cursor)) {
        for (const record of batch.records) if (record.recordType === 'ticket') live.set(record.id, record);
        for (const { id } of batch.removed ?? []) live.delete(id);
        cursor = batch.cursor ?? cursor;
        batches.push(batch);
      }
      return batches;
    },
  };
}

describe.each(DIALECTS)('the daily comparison of keys on %s', (dialect) => {
  async function world() {
    const made = bench();
    const stories = Array.from({ length: 6 }, (_, index) => made.story(`2026-11-0${index + 1}T09:00`));
    const site = await siteOf(made.tracker, dialect);
    const web = member(site);
    await web.pull();
    return { ...made, stories, site, web };
  }

  test('finds what was deleted, moved away and hidden, and says which', async () => {
    const { tracker, stories, site, web, at } = await world();
    const ops = addProject(tracker, 'OPS', 'Operations');
    const [deleted, moved, hidden] = stories;
    if (!deleted || !moved || !hidden) throw new Error('there are six');
    deleteIssue(tracker, deleted);
    moveIssue(tracker, moved, ops, at('2026-11-24T10:00'));
    setHidden(tracker, hidden, true);

    site.now += HOUR;
    await web.pull();
    expect(web.keys()).toHaveLength(6);

    site.now += DAY;
    const removed = (await web.pull()).flatMap((batch) => batch.removed ?? []);
    expect(removed).toEqual([deleted, moved, hidden].map(({ id }) => ({ recordType: 'ticket', id })));
    expect(web.keys()).toEqual(['WEB-4', 'WEB-5', 'WEB-6']);
  });

  test('finds what is shown again, and what changed while it was hidden', async () => {
    const { tracker, stories, site, web, at } = await world();
    const [long, short] = stories;
    if (!long || !short) throw new Error('there are six');
    setHidden(tracker, long, true);
    site.now += DAY + HOUR;
    await web.pull();
    expect(web.live.has(long.id)).toBe(false);

    // Hidden and shown between two comparisons, with a pull in between that could not see the change.
    setHidden(tracker, short, true);
    setLabels(tracker, short, ['secret'], { ...at('2026-11-24T10:00'), at: site.now + 1 });
    site.now += HOUR;
    await web.pull();
    setHidden(tracker, short, false);
    setHidden(tracker, long, false);
    site.now += DAY;
    await web.pull();
    expect(web.live.has(long.id)).toBe(true);
    expect(web.live.get(short.id)?.labels).toEqual(['secret']);
  });

  test('does not take for gone what only left the bounds', async () => {
    const made = bench();
    const old = made.story('2026-05-01T09:00');
    const site = await siteOf(made.tracker, dialect);
    const web = member(site);
    await web.pull();
    expect(web.keys()).toEqual([old.key]);
    // Its status is made one of the done, which is no update of the issue: older than `since` and closed now.
    statusNamed(made.tracker, 'To Do').category = 'done';
    made.tracker.revision += 1;
    site.now += DAY + HOUR;
    await web.pull();
    expect(web.keys()).toEqual([old.key]);
  });

  test('costs the list of keys and no more where nothing left', async () => {
    const { site, web } = await world();
    site.now += DAY + HOUR;
    site.resetLog();
    await web.pull();
    // What was updated since the last comparison, and the keys.
    expect(searches(site)).toBe(2);
    expect(site.requests.length - searches(site)).toBe(3);
  });

  test('is not fooled by a user who sees nothing any more', async () => {
    const { tracker, stories, site, web } = await world();
    for (const story of stories) setHidden(tracker, story, true);
    tracker.projects.length = 0;
    site.now += DAY + HOUR;
    await expect(web.pull()).rejects.toMatchObject({ code: 'input' });
    expect(web.keys()).toHaveLength(6);
  });

  test('comes as often as it is asked for', async () => {
    const { tracker, stories, site } = await world();
    const often = member(site, { reconcileEvery: '30m' });
    await often.pull();
    const [first] = stories;
    if (first) deleteIssue(tracker, first);
    site.now += 31 * MINUTE;
    await often.pull();
    expect(often.keys()).toHaveLength(5);
  });

  test('a user who moves to another zone misses nothing', async () => {
    const { tracker, stories, site, web, by } = await world();
    const [first] = stories;
    // Bounds were written in Stockholm's time; the site reads them in Kiritimati's, which is thirteen hours ahead of it.
    tracker.zone = 'America/Los_Angeles';
    site.now += HOUR;
    if (first) comment(tracker, first, 'x', { at: site.now - MINUTE, by });
    await web.pull();
    site.now += DAY;
    await web.pull();
    expect(web.live.get(first?.id ?? '')?.updatedAt).toBe(first?.updated);
  });
});
