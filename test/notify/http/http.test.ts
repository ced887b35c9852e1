import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { http } from '../../../src/notify/http/index.ts';
import { channelContext, failure } from '../../support/channel-context.ts';
import { aMessage, aMessageKeyResult, aMessageObjective, aMessageOf } from '../../support/messages.ts';
import { type Receiver, startReceiver } from '../../support/receivers/http.ts';
import { testChannel } from '../../support/test-channel.ts';

const TOKEN = 'the-token-of-the-check-in-api';
const PAGE = resolve(import.meta.dirname, '../../../docs/channels/http.md');
const OBJECTIVES = JSON.stringify(
  '{% for o in message.objectives %}{{ o.title }} {{ o.owner }} {{ o.team }} {{ o.progressText }} {% for k in o.keyResults %}{{ k.title }} {{ k.statusText }} {{ k.valueText }} {{ k.changeText }} {{ k.details | join: " " }} {% for i in k.items %}{{ i.text }} {% endfor %}{% endfor %}{% endfor %}',
).replaceAll('\\"', '"');
const WORDS = `{ "id": {{ message.id | json }}, "text": "{{ message.subject }} {{ message.summary }}", "notices": {{ message.notices | json }}, "objectives": ${OBJECTIVES} }`;

let receiver: Receiver | undefined;
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
});

/** Takes whatever comes with the token. */
async function start(): Promise<Receiver> {
  receiver = await startReceiver(({ headers }) => ({
    status: headers.authorization === `Bearer ${TOKEN}` ? 204 : 401,
  }));
  return receiver;
}

function contextFor(server: Receiver, over: object) {
  return channelContext(http.settings.parse({ url: `${server.url}/`, token: TOKEN, body: WORDS, ...over }));
}

function sentTo(server: Receiver) {
  return server.received.map(({ method, url, headers, body }) => ({
    method,
    path: url.pathname + url.search,
    key: headers['idempotency-key'],
    body: body.toString(),
    headers,
  }));
}

testChannel(http, {
  secrets: [TOKEN],
  repeat: 'key',
  async prepare() {
    const shape = z.strictObject({
      id: z.string(),
      text: z.string(),
      notices: z.array(z.string()),
      objectives: z.string(),
    });
    const taken: { key: string; text: string; active: [] }[] = [];
    const server = await startReceiver(({ headers, body }) => {
      if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: 'who are you?' };
      const parsed = shape.parse(JSON.parse(body.toString()));
      const text = [parsed.text, ...parsed.notices, parsed.objectives].join('\n');
      taken.push({ key: String(headers['idempotency-key']), text, active: [] });
      return { status: 201 };
    });
    return {
      settings: http.settings.parse({ url: `${server.url}/`, token: TOKEN, body: WORDS }),
      received: () => taken,
      dispose: () => server.close(),
    };
  },
});

describe('a value in a template', () => {
  const BREAKING = 'x", "admin": true, "y": "\\';

  it('stays one inside JSON, whatever it holds', async () => {
    const server = await start();
    const context = contextFor(server, {
      body: '{ "title": "{{ message.subject }}", "all": {{ message | json }} }',
    });
    await http.deliver(context, aMessageOf(BREAKING));
    const sent = JSON.parse(sentTo(server)[0]?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(sent)).toEqual(['title', 'all']);
    expect(sent.title).toBe(BREAKING);
    expect(sent.all).toMatchObject({ subject: BREAKING, notices: [BREAKING] });
  });

  it('stays one in an address, a header, a form and XML', async () => {
    const server = await start();
    const hostile = 'a/../b?c=d&e#f <g> é\u{1f680}';
    const shared = {
      url: `${server.url}/t/{{ message.subject }}?s={{ message.summary }}`,
      headers: { 'X-Subject': '{{ message.subject }}' },
    };
    await http.deliver(
      contextFor(server, {
        ...shared,
        contentType: 'application/x-www-form-urlencoded',
        body: 't={{ message.subject }}&u=1',
      }),
      aMessageOf(hostile),
    );
    await http.deliver(
      contextFor(server, { ...shared, contentType: 'application/xml', body: '<t>{{ message.subject }}</t>' }),
      aMessageOf(hostile),
    );
    const [form, xml] = sentTo(server);
    expect(form?.path).toBe(`/t/${encodeURIComponent(hostile)}?s=${encodeURIComponent(hostile)}`);
    expect(form?.headers['x-subject']).toBe('a/../b?c=d&e#f <g> e?');
    expect([...new URLSearchParams(form?.body)]).toEqual([
      ['t', hostile],
      ['u', '1'],
    ]);
    expect(xml?.body).toBe('<t>a/../b?c=d&amp;e#f &lt;g&gt; é\u{1f680}</t>');
  });

  it('of dots alone does not lead out of the path', async () => {
    const server = await start();
    const context = contextFor(server, { url: `${server.url}/a/{{ message.subject }}/b` });
    expect((await failure(http.deliver(context, aMessageOf('..')))).code).toBe('input');
    expect(server.received).toEqual([]);
  });

  it('is never a template itself', async () => {
    const server = await start();
    await http.deliver(
      contextFor(server, { body: '"{{ message.subject }}"' }),
      aMessageOf('{{ message.id }}{% if %}'),
    );
    expect(JSON.parse(sentTo(server)[0]?.body ?? '')).toBe('{{ message.id }}{% if %}');
  });
});

describe('a fault of a template', () => {
  it.each([
    ['a name that is not there', '{ "a": "{{ message.tittle }}" }', 'message.tittle'],
    ['a filter that is not there', '{ "a": "{{ message.id | shout }}" }', 'shout'],
    ['a tag that does not end', '{ "a": "{% if message %}" }', 'if'],
    ['a text without its quotes', '{ "a": {{ message.subject }} }', 'no JSON'],
    ['a file', '{ "a": "{% include "/etc/passwd" %}" }', 'template'],
  ])('is told by the check and sends nothing: %s', async (_, body, words) => {
    const server = await start();
    for (const work of [
      () => http.check(contextFor(server, { body })),
      () => http.deliver(contextFor(server, { body }), aMessage()),
    ]) {
      const thrown = await failure(work());
      expect(thrown).toMatchObject({ code: 'input', transient: false });
      expect(thrown.message).toContain('`body`');
      expect(thrown.message).toContain(words);
    }
    expect(server.received).toEqual([]);
  });
});

describe('a field that may be missing', () => {
  const each = (text: string) => ({ each: 'keyResult', body: `{ "p": ${text} }` });

  it.each([
    [each('{{ keyResult.forecast.probability }}'), 'keyResult.forecast'],
    [each('{{ keyResult.target }}'), 'keyResult.target'],
    [
      each('[{{ keyResult.start }}{% if keyResult.start %},{% endif %}{{ keyResult.target }}]'),
      'keyResult.target',
    ],
    [each('{{ objective.progress }}'), 'objective.progress'],
    [each('{% unless keyResult.start or keyResult.target %}x{% else %}1{% endunless %}'), 'all that may be'],
    [{ body: '{ "v": {{ message.objectives[0].keyResults[0].value }} }' }, 'keyResult.value'],
  ])('is told by the check where the template needs it: %j', async (settings, field) => {
    const server = await start();
    const thrown = await failure(http.check(contextFor(server, settings)));
    expect(thrown).toMatchObject({ code: 'input', transient: false });
    expect(thrown.message).toContain(field);
    expect(thrown.message).toMatch(/missing.*no JSON/);
    expect(thrown.remedy).toContain('| json');
  });

  it('harms no template that writes it as JSON, in quotes, or only where it is there', async () => {
    const server = await start();
    for (const text of [
      '{{ keyResult.forecast.probability | json }}',
      '"{{ keyResult.forecast.atEnd.p50 }}{{ keyResult.keep.max }}{{ objective.owner }}"',
      '[{% if keyResult.forecast %}{{ keyResult.forecast.probability }}{% endif %}]',
      '{{ keyResult.value }}',
      '{{ keyResult.target | default: 0 }}',
    ])
      await http.check(contextFor(server, each(text)));
    expect(server.received).toEqual([]);
  });
});

describe('a request for each key result', () => {
  const message = aMessage({
    objectives: [
      aMessageObjective({
        keyResults: [
          aMessageKeyResult(),
          aMessageKeyResult({ id: 'empty', value: null }),
          aMessageKeyResult({ id: 'zero', value: 0 }),
        ],
      }),
    ],
  });
  const each = { each: 'keyResult', body: '{ "v": {{ keyResult.value | json }} }' };

  it('leaves out those without a value, and sends a true zero', async () => {
    const server = await start();
    await http.deliver(contextFor(server, each), message);
    expect(sentTo(server).map(({ body }) => body)).toEqual(['{ "v": 40.5 }', '{ "v": 0 }']);
    const keys = sentTo(server).map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it('has the same key when it is sent again', async () => {
    const server = await start();
    server.next({ status: 204 }, { status: 503 });
    const context = contextFor(server, each);
    expect((await failure(http.deliver(context, message))).transient).toBe(true);
    await http.deliver(context, message);
    const [first, failed, again, last] = sentTo(server).map(({ key }) => key);
    expect([again, last]).toEqual([first, failed]);
  });

  it('sends those that are listed under `ids`, by the id of the other side', async () => {
    const server = await start();
    const url = `${server.url}/k/{{ id }}`;
    await http.deliver(contextFor(server, { ...each, url, ids: { 'small-and-often/zero': 4711 } }), message);
    expect(sentTo(server).map(({ path, body }) => [path, body])).toEqual([['/k/4711', '{ "v": 0 }']]);
  });

  it('sends no numbers of a sample', async () => {
    const server = await start();
    await http.deliver(contextFor(server, each), { ...message, kind: 'test' });
    expect(server.received).toEqual([]);
  });
});

describe('the worked examples', () => {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) =>
    parse(text),
  );
  const channels = (blocks as { channels?: Record<string, unknown>[] }[]).flatMap(
    (block) => block.channels ?? [],
  );

  /** A channel of the page, its server in place of the one that is named there. */
  function example(id: string, server: Receiver) {
    const { id: _, kind, ...settings } = channels.find((channel) => channel.id === id) ?? {};
    expect(kind).toBe('http');
    const url = String(settings.url).replace(/^https:\/\/[^/]+/, server.url);
    const rules = ['digest', 'changes', 'teams'];
    const own = Object.fromEntries(Object.entries(settings).filter(([name]) => !rules.includes(name)));
    return channelContext(http.settings.parse({ ...own, url, token: TOKEN }));
  }

  it('a check-in API takes each check-in', async () => {
    const server = await start();
    const context = example('check-ins', server);
    await http.check(context);
    await http.deliver(context, aMessage());
    const [sent] = sentTo(server);
    expect([sent?.method, sent?.path]).toEqual(['POST', '/v1/key-results/1042/check-ins']);
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      value: 40.5,
      status: 'off_track',
      date: '2026-11-24',
      comment: '52 h → 40.5 h of 24 h, was at risk',
    });
  });

  it('a KPI store takes one value for each date, however often it is sent', async () => {
    const stored = new Map<string, number>();
    receiver = await startReceiver(({ method, url, body }) => {
      if (method !== 'PUT') return { status: 405 };
      stored.set(
        url.pathname,
        z.strictObject({ value: z.number() }).parse(JSON.parse(body.toString())).value,
      );
      return { status: 200 };
    });
    const context = example('kpi-store', receiver);
    await http.check(context);
    for (const value of [41, 40.5]) {
      const keyResults = [aMessageKeyResult({ value })];
      // Late in the evening of the 24th in UTC is the 25th in Stockholm.
      const asOf = '2026-11-24T23:30:00.000Z';
      await http.deliver(context, aMessage({ asOf, objectives: [aMessageObjective({ keyResults })] }));
    }
    expect([...stored]).toEqual([['/api/kpis/small-and-often%2Fcycle-time/values/2026-11-25', 40.5]]);
  });
});

describe('the settings of an http channel', () => {
  it.each([
    [{ url: 'https://{{ message.id }}/' }],
    [{ url: 'https://api.acme.dev{{ message.id }}/' }],
    [{ url: 'file:///etc/passwd' }],
    [{ headers: { 'X-A: b\r\nX-B': '1' } }],
    [{ ids: { a: 1 } }],
    [{ token: 'a', user: 'b', password: 'c' }],
    [{ user: 'b' }],
  ])('%j are refused', (over) => {
    const whole = { url: 'https://api.acme.dev/x', body: '{}' };
    expect(http.settings.safeParse(whole).success).toBe(true);
    expect(http.settings.safeParse({ ...whole, ...over }).success).toBe(false);
  });
});
