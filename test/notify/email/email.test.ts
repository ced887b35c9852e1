import { createServer } from 'node:net';
import { Resvg } from '@resvg/resvg-js';
import { afterEach, describe, expect, it } from 'vitest';
import { email } from '../../../src/notify/email/index.ts';
import { channelContext, failure } from '../../support/channel-context.ts';
import {
  aLargeMessage,
  aMessage,
  aMessageKeyResult,
  aMessageObjective,
  aMessageOf,
} from '../../support/messages.ts';
import { type MailReceiver, type MailRules, startMailServer } from '../../support/receivers/smtp.ts';
import { leaksOf } from '../../support/secrets.ts';
import { testChannel } from '../../support/test-channel.ts';

const USER = { name: 'krsync', password: 'hush-hush-ä"1' };
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(rules: MailRules = {}): Promise<MailReceiver> {
  const server = await startMailServer(rules);
  ends.push(() => server.close());
  return server;
}

function contextFor(port: number, over: object = {}, context: object = {}) {
  const settings = email.settings.parse({
    host: '127.0.0.1',
    port,
    security: 'none',
    from: 'OKRs <okrs@acme.dev>',
    to: ['ana@acme.dev', 'ben@acme.dev'],
    ...over,
  });
  return channelContext(settings, context);
}

/** What a reader sees of HTML, as a browser would read it: tags gone, entities read. */
function shown(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, '\n'));
}

function unescaped(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

testChannel(email, {
  secrets: [USER.password],
  repeat: 'key',
  http: false,
  async prepare() {
    const server = await startMailServer({ user: USER });
    const { settings } = contextFor(server.port, { user: USER.name, password: USER.password, charts: false });
    return {
      settings,
      received: () =>
        server.mails.map(({ mail }) => ({
          key: mail.messageId ?? null,
          text: `${mail.subject}\n${mail.text}\n${shown(mail.html || '')}`,
          active: activeIn(mail.html || ''),
        })),
      dispose: () => server.close(),
    };
  },
});

/** Where its links lead, and every element that its own layout does not have. */
function activeIn(html: string): string[] {
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, url = '']) => unescaped(url));
  const known = /^\/?(?:html|head|meta|title|body|table|tr|td|h1|h2|div|span|bdi|ul|li|a|img)$|^!doctype$/;
  const tags = [...html.matchAll(/<([^\s>]+)/g)].map(([, tag = '']) => tag);
  return [...links, ...tags.filter((tag) => !known.test(tag))];
}

describe('an email', () => {
  it('arrives at every address as text and as HTML with its chart inside', async () => {
    const server = await start();
    const receipt = await email.deliver(contextFor(server.port), aMessage());
    expect(server.mails).toHaveLength(1);
    const [{ mail, to, from } = { mail: null, to: [], from: '' }] = server.mails;
    expect([from, ...to]).toEqual(['okrs@acme.dev', 'ana@acme.dev', 'ben@acme.dev']);
    expect(mail?.subject).toBe('Cycle time is off track');
    expect(mail?.text).toContain('52 h → 40.5 h of 24 h · 41 % · was at risk');
    expect(mail?.text).toContain('* acme/web#812 A large change https://github.com/acme/web/pull/812');
    expect(mail?.html).toContain('<a href="https://github.com/acme/web/pull/812"');
    expect(mail?.messageId).toBe(receipt.reference);
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    const [picture] = mail?.attachments ?? [];
    expect(mail?.html).toContain(`src="cid:${picture?.cid}"`);
    expect(mail?.html).toContain('grey dashes are an even pace');
    expect(mail?.html).toContain('alt="Cut the median cycle time from 52 h to 24 h: off track, 52 h');
    expect(picture).toMatchObject({ contentType: 'image/png', contentDisposition: 'inline', related: true });
    const data = `data:image/png;base64,${picture?.content.toString('base64')}`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="280"><image width="640" height="280" href="${data}"/></svg>`;
    // Some of its pixels are not of the paper's colour.
    expect(new Set(new Resvg(svg).render().pixels).size).toBeGreaterThan(5);
  });

  it('loads nothing from elsewhere', async () => {
    const server = await start();
    await email.deliver(
      contextFor(server.port),
      aMessageOf('two\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>'),
    );
    const html = server.mails[0]?.mail.html || '';
    const loaded = [...html.matchAll(/\b(?:src|background|data|action)\s*=\s*"([^"]*)"/g)].map(
      ([, url]) => url,
    );
    expect(loaded.length).toBeGreaterThan(0);
    for (const url of loaded) expect(url).toMatch(/^cid:chart-\d+@krsync$/);
    expect(html).not.toMatch(/url\(|<link|<script|@import/i);
  });

  it('has the same Message-ID each time it is sent, and another message another', async () => {
    const server = await start();
    const context = contextFor(server.port, { charts: false });
    for (const id of ['a', 'a', 'b\r\nBcc: eve@evil.example']) await email.deliver(context, aMessage({ id }));
    const [first, again, other] = server.mails.map(({ mail }) => mail.messageId);
    expect(first).toMatch(/^<krsync\.[0-9a-f]{32}@acme\.dev>$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('makes no header of a text', async () => {
    const server = await start();
    await email.deliver(
      contextFor(server.port, { charts: false }),
      aMessageOf('two\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>'),
    );
    const [{ mail, to, raw } = { mail: null, to: [], raw: '' }] = server.mails;
    expect([mail?.cc, mail?.bcc]).toEqual([undefined, undefined]);
    expect(to).toEqual(['ana@acme.dev', 'ben@acme.dev']);
    expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
    expect(mail?.subject?.length).toBeLessThanOrEqual(150);
    for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  });

  it('is cut where mail programs would cut it, and says so', async () => {
    const server = await start();
    await email.deliver(contextFor(server.port, { charts: false }), aLargeMessage(120, 5));
    const { mail } = server.mails[0] ?? {};
    expect((mail?.html || '').length).toBeLessThan(102_000);
    expect(mail?.html).toMatch(/…and \d+ more, see krsync status/);
    expect(mail?.text).toMatch(/…and \d+ more, see krsync status/);
  });

  it('is measured in bytes, of which most of the world’s letters take two or three', async () => {
    const server = await start();
    const large = aLargeMessage(120, 5);
    const objectives = large.objectives.map((one) => ({ ...one, title: '目標を達成する'.repeat(20) }));
    await email.deliver(contextFor(server.port, { charts: false }), { ...large, objectives });
    expect(Buffer.byteLength(server.mails[0]?.mail.html || '')).toBeLessThan(102_000);
  });

  it('brings no picture of what was cut away', async () => {
    const server = await start();
    const keyResults = [aMessageKeyResult(), aMessageKeyResult({ id: 'one-day', trend: [5] })];
    await email.deliver(
      contextFor(server.port),
      aMessage({ objectives: [aMessageObjective({ keyResults })] }),
    );
    expect(server.mails[0]?.mail.attachments).toHaveLength(1);
  });
});

describe('a refusal of the mail server', () => {
  it('of some addresses is told, and the others are not written to again', async () => {
    const server = await start({ refuse: { 'ben@acme.dev': 550 } });
    const context = contextFor(server.port, { charts: false });
    await email.deliver(context, aMessage());
    expect(server.mails[0]?.to).toEqual(['ana@acme.dev']);
    expect(context.warnings.join()).toContain('not for ben@acme.dev');
  });

  it.each([
    [{ refuse: { 'ana@acme.dev': 550, 'ben@acme.dev': 550 } }, 'not_found', false],
    [{ refuse: { 'ana@acme.dev': 450, 'ben@acme.dev': 451 } }, 'server', true],
    [{ refuse: { 'ana@acme.dev': 450, 'ben@acme.dev': 550 } }, 'server', true],
    [{ refuse: { 'okrs@acme.dev': 553 } }, 'forbidden', false],
    [{ refuseData: 552 }, 'input', false],
    [{ refuseData: 421 }, 'server', true],
    [{ refuseData: 451 }, 'server', true],
  ] satisfies [MailRules, string, boolean][])('%j is %s', async (rules, code, transient) => {
    const server = await start(rules);
    const thrown = await failure(email.deliver(contextFor(server.port, { charts: false }), aMessage()));
    expect([thrown.code, thrown.transient]).toEqual([code, transient]);
    expect(thrown.endpoint).toBe(`smtp://127.0.0.1:${server.port}`);
    expect(thrown.remedy).not.toBe('');
  });

  it('of the password is permanent, and never shows it', async () => {
    const server = await start({ user: USER });
    const wrong = { user: USER.name, password: 'Wrong-but-secret', charts: false };
    for (const work of [
      () => email.check(contextFor(server.port, wrong)),
      () => email.deliver(contextFor(server.port, wrong), aMessage()),
    ]) {
      const thrown = await failure(work());
      expect(thrown).toMatchObject({ code: 'auth', transient: false });
      expect(leaksOf(`${thrown.message} ${thrown.remedy}`, [wrong.password])).toEqual([]);
    }
    await email.check(contextFor(server.port, { user: USER.name, password: USER.password }));
    expect(server.mails).toEqual([]);
  });

  it('to encrypt ends it before anything is sent', async () => {
    const plain = await start({ user: USER, options: { disabledCommands: ['STARTTLS'] } });
    const secret = { user: USER.name, password: USER.password, security: 'starttls' };
    const unencrypted = await failure(email.deliver(contextFor(plain.port, secret), aMessage()));
    expect(unencrypted).toMatchObject({ code: 'input', message: expect.stringContaining('no encryption') });
    // A status would say that the message was refused, which was not sent yet.
    expect(unencrypted.status).toBeUndefined();
    // It signs its own certificate.
    const selfSigned = await start({ user: USER, options: { hideSTARTTLS: false, secure: true } });
    const untrusted = await failure(email.check(contextFor(selfSigned.port, { ...secret, security: 'tls' })));
    expect(untrusted).toMatchObject({ code: 'input', message: expect.stringContaining('certificate') });
    expect([...plain.mails, ...selfSigned.mails]).toEqual([]);
  });

  it('to answer is transient', async () => {
    const server = await start();
    await server.close();
    const thrown = await failure(email.deliver(contextFor(server.port, { charts: false }), aMessage()));
    expect(thrown).toMatchObject({ code: 'network', transient: true });
  });

  it('that never comes is ended by the signal', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => silent.close(resolve)));
    const { port } = silent.address() as { port: number };
    for (const work of ['check', 'deliver'] as const) {
      const stop = new AbortController();
      const context = contextFor(port, { charts: false }, { signal: stop.signal });
      setTimeout(() => stop.abort(), 50);
      const thrown = await failure(
        work === 'check' ? email.check(context) : email.deliver(context, aMessage()),
      );
      expect(thrown.code).toBe('aborted');
    }
  });
});

describe('the settings of an email channel', () => {
  const whole = { host: 'mail.acme.dev', from: 'okrs@acme.dev', to: 'ana@acme.dev' };
  it.each([
    [{ to: 'ana@acme.dev\r\nBcc: eve@evil.example' }],
    [{ from: 'OKRs\r\nBcc: eve@evil.example <okrs@acme.dev>' }],
    [{ to: [] }],
    [{ user: 'ana' }],
    [{ security: 'maybe' }],
    [{ too: 'much' }],
  ])('%j are refused', (over) => {
    expect(email.settings.safeParse(whole).success).toBe(true);
    expect(email.settings.safeParse({ ...whole, ...over }).success).toBe(false);
  });
});
