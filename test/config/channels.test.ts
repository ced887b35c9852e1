import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { channelShape } from '../../src/config/schema.ts';
import { channels } from '../../src/notify/index.ts';
import { load, refusal, VALID } from './support/workspace.ts';

const withChannel = (yaml: string) => `${VALID}channels:\n  - { ${yaml} }\n`;
const HOOK = 'id: hook, kind: webhook, url: "https://hooks.acme.dev/a"';

describe('channels', () => {
  it('get every default that is not written', async () => {
    const { channels: list } = await load({ 'a.yaml': withChannel(HOOK) });
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({
      id: 'hook',
      kind: 'webhook',
      settings: { url: 'https://hooks.acme.dev/a' },
      rules: {
        only: { teams: null, owners: null, focusAreas: null, objectives: null },
        digest: { schedule: 'weekly', always: false, times: { hour: [8], minute: [0], dayOfWeek: [1] } },
        changes: true,
        operator: false,
        quietHours: null,
        mostPerWeek: null,
      },
    });
  });

  it('take the keys that all share beside those of their kind', async () => {
    const yaml = `${HOOK}, objectives: [fast], digest: { schedule: "0 7 * * 1-5", always: true }, operator: true, quietHours: { from: "20:00", to: "07:00" }, mostPerWeek: 3`;
    const [channel] = (await load({ 'a.yaml': withChannel(yaml) })).channels;
    expect(channel?.rules).toMatchObject({
      only: { objectives: ['fast'] },
      digest: { always: true, times: { hour: [7], dayOfWeek: [1, 2, 3, 4, 5] } },
      operator: true,
      quietHours: { from: '20:00', to: '07:00', weekends: false },
      mostPerWeek: 3,
    });
  });

  it('are none where there is no section', async () => {
    expect((await load({ 'a.yaml': VALID })).channels).toEqual([]);
  });

  it.each([
    ['an unknown kind', 'id: a, kind: webhok', /channels\[0\]\.kind: .*webhook/],
    ['an unknown key', `${HOOK}, digests: weekly`, /unknown key `digests`; did you mean `digest`\?/],
    ['a missing address', 'id: a, kind: webhook', /channels\[0\]\.url: is missing/],
    ['a short secret', `${HOOK}, secret: short`, /channels\[0\]\.secret: must have at least 16/],
    ['no cron expression', `${HOOK}, digest: wekly`, /digest: .*did you mean `weekly`\?/],
    ['a cap without a digest', `${HOOK}, digest: false, mostPerWeek: 2`, /mostPerWeek: needs a digest/],
    ['nothing to send', `${HOOK}, digest: false, changes: false`, /channels\[0\]: sends nothing/],
    ['an objective that is none', `${HOOK}, objectives: [fas]`, /objectives\[0\]: no objective .*`fast`/],
    ['a team that is none', `${HOOK}, teams: [Web]`, /teams\[0\]: no objective has the team `Web`/],
    ['quiet hours of no length', `${HOOK}, quietHours: { from: "07:00", to: "07:00" }`, /begin and end/],
    ['a time of day that is none', `${HOOK}, quietHours: { from: "7:00", to: "25:00" }`, /time of day/],
  ])('refuse %s, at its place', async (_, yaml, words) => {
    const faults = await refusal(withChannel(yaml));
    expect(faults.join('\n')).toMatch(words);
    for (const fault of faults) expect(fault).toMatch(/^a\.yaml:17:\d+ /);
  });

  it('with one id are refused', async () => {
    const faults = await refusal(`${withChannel(HOOK)}  - { ${HOOK} }\n`);
    expect(faults.join('\n')).toMatch(/the id `hook` is given twice; first at/);
  });

  it('keep what opens their address a secret, whole and in parts', async () => {
    const url = 'https://hooks.acme.dev/services/T0/abcdefghijklmnop?sig=qrstuvwxyz0123456789';
    const yaml = `id: a, kind: webhook, url: "${url}", secret: "a-signing-secret-of-us", headers: { X-Key: header-value, X-Scope-OrgID: acme, accept: text/html }`;
    const { secrets } = await load({ 'a.yaml': withChannel(yaml) });
    for (const secret of [
      url,
      '/services/T0/abcdefghijklmnop?sig=qrstuvwxyz0123456789',
      'abcdefghijklmnop',
      'qrstuvwxyz0123456789',
      'a-signing-secret-of-us',
      'header-value',
    ])
      expect(secrets).toContain(secret);
    for (const word of ['acme', 'text/html']) expect(secrets).not.toContain(word);
  });

  it.each(Object.entries(channels))('of the kind %s have no key that all share', (_, { settings }) => {
    const schema = JSON.stringify(z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }));
    const { properties = {}, anyOf = [] } = JSON.parse(schema) as {
      properties?: object;
      anyOf?: { properties?: object }[];
    };
    const own = [properties, ...anyOf.map((form) => form.properties ?? {})].flatMap((one) =>
      Object.keys(one),
    );
    for (const key of ['id', 'kind', ...Object.keys(channelShape)]) expect(own).not.toContain(key);
  });
});
