import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { echoOf } from './secrets.ts';

/** How everything that is asked goes wrong. */
export const FAILURES = [
  'well',
  '401',
  '403',
  '404',
  '429',
  '500',
  '302',
  'another shape',
  'a page',
  'broken JSON',
  'a broken connection',
  'no connection',
  'no TLS',
  'no answer',
] as const;
export type Failure = (typeof FAILURES)[number];

export interface Opponents {
  readonly http: number;
  readonly smtp: number;
  readonly postgres: number;
  close(): Promise<void>;
}

/** What a server knows of the secrets of whoever asks: those of the source or channel by its id. */
type Known = (id: string) => readonly string[];

/** Servers of every protocol that repeat the secrets they were sent wherever an answer has room. */
export async function startOpponents(asked: Failure, known: Known): Promise<Opponents> {
  // Who waits for long is told by a fetch of the test; who does not use it meets a connection that breaks.
  const failure = asked === 'no answer' ? 'a broken connection' : asked;
  let count = 0;
  const echo = (id: string) => {
    count += 1;
    return known(id)
      .map((secret) => echoOf(secret, count))
      .join(' ');
  };
  const servers = [
    createServer((request, response) => answer(failure, request, response, echo, known)),
    createSocketServer((socket) => speakSmtp(socket, failure, () => echo('email'))),
    createSocketServer((socket) => speakPostgres(socket, failure, () => echo('sql'))),
  ];
  const sockets = new Set<Socket>();
  for (const server of servers) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
    });
  }
  const [http = 0, smtp = 0, postgres = 0] = await Promise.all(servers.map(listen));
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(
      servers.filter(({ listening }) => listening).map((server) => new Promise((done) => server.close(done))),
    );
  };
  if (failure === 'no connection') await close();
  return { http, smtp, postgres, close };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

type Echo = (id: string) => string;

async function answer(
  failure: Failure,
  request: IncomingMessage,
  response: ServerResponse,
  echo: Echo,
  known: Known,
): Promise<void> {
  let sent = '';
  for await (const part of request) sent += part;
  if (failure === 'a broken connection') {
    response.writeHead(200, { 'content-length': '5000' });
    response.write('{"message": "');
    response.destroy();
    return;
  }
  const [, id = ''] = (request.url ?? '').split('/');
  const said = `${echo(id)} ${JSON.stringify([request.headers, request.url])}`;
  const address = `http://${request.headers.host}/${id}/elsewhere?token=${known(id).map(encodeURIComponent).join('&k=')}`;
  const again = request.url?.includes('/elsewhere') ?? false;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'www-authenticate': `Bearer realm="${known(id).join(' ')}"`,
    'x-request-id': known(id).join(' '),
    ...(failure === '302' && !again ? { location: address } : {}),
    // Longer than a run waits for.
    ...(failure === '429' ? { 'retry-after': '7200' } : {}),
    ...(again ? {} : { link: `<${address}>; rel="next"` }),
  };
  const status = /^\d+$/.test(failure) && !(failure === '302' && again) ? Number(failure) : 200;
  // The phrase behind the status, which some clients put into their errors.
  response.writeHead(status, known(id).join(' ') || 'So be it', headers);
  response.end(bodyOf(failure, said, sent));
}

let answers = 0;

function bodyOf(failure: Failure, said: string, sent: string): string {
  answers += 1;
  if (failure === 'well') return '[]';
  if (failure === 'a page') return `<!doctype html><title>${said}</title><p>${said}</p>`;
  if (failure === 'broken JSON') return `{"message": ${said}`;
  const shape = {
    [said]: said,
    data: { [said]: [said] },
    values: [said],
    nodes: [{ name: said }],
    access_token: 1,
  };
  if (failure === 'another shape' || failure === '302') {
    return JSON.stringify([shape, [shape], said, { ...shape, ok: true }][answers % 4]);
  }
  const refusal = {
    message: said,
    errorMessages: [said],
    errors: answers % 2 === 0 ? [{ msg: said, message: said }] : { summary: said },
    error: answers % 2 === 0 ? { message: said, status: said } : said,
    error_description: said,
    detail: said,
    sent,
    ok: false,
  };
  // As it is, and as a text inside JSON.
  return answers % 3 === 0
    ? said
    : JSON.stringify(answers % 3 === 1 ? refusal : { message: JSON.stringify(refusal) });
}

/** Takes mail until it is at what goes wrong, and says there what it was told. */
function speakSmtp(socket: Socket, failure: Failure, echo: () => string): void {
  const say = (code: number, text: string) => {
    const lines = (text.match(/.{1,900}(?:\s|$)/g) ?? ['']).map(
      (line, i, all) => `${code}${i < all.length - 1 ? '-' : ' '}${line}`,
    );
    socket.write(`${lines.join('\r\n')}\r\n`);
  };
  const fails = (at: Failure, code: number): boolean => {
    if (failure === at) say(code, echo());
    return failure === at;
  };
  if (failure === 'a broken connection') {
    socket.destroy();
    return;
  }
  if (fails('a page', 554)) return;
  if (failure === 'broken JSON') {
    socket.end(`hello ${echo()}\r\n`);
    return;
  }
  say(220, 'ready');
  let inData = false;
  let step = 0;
  socket.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    if (inData) {
      if (!text.endsWith('\r\n.\r\n')) return;
      inData = false;
      if (!fails('500', 554) && !fails('429', 451)) say(250, `taken as ${echo()}`);
    } else if (/^EHLO/i.test(text)) say(250, failure === 'another shape' ? 'AUTH LOGIN' : 'AUTH PLAIN');
    else if (/^AUTH PLAIN/i.test(text)) fails('401', 535) || say(235, 'in');
    else if (/^AUTH LOGIN/i.test(text)) say(334, 'VXNlcm5hbWU6');
    else if (/^MAIL/i.test(text)) fails('403', 550) || say(250, 'fine');
    else if (/^RCPT/i.test(text)) fails('404', 550) || say(250, 'fine');
    else if (/^DATA/i.test(text)) {
      inData = true;
      say(354, 'go on');
    } else if (/^QUIT/i.test(text)) socket.end('221 bye\r\n');
    else {
      // Of AUTH LOGIN: the user, then the password, which a careless server repeats.
      step += 1;
      if (step === 1) say(334, 'UGFzc3dvcmQ6');
      else say(535, `${text.trim()} ${echo()}`);
    }
  });
}

/** Asks for a password in the clear, and refuses it or the first query, in whose error it repeats it. */
function speakPostgres(socket: Socket, failure: Failure, echo: () => string): void {
  const frame = (type: string, ...parts: readonly Buffer[]) => {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    socket.write(Buffer.concat([head, body]));
  };
  const text = (value: string) => Buffer.from(`${value}\0`);
  const int = (value: number) => Buffer.from([0, 0, 0, value]);
  const refuse = (state: string) => {
    const said = `failed for postgres://ana:${echo()}@127.0.0.1/crm`;
    frame(
      'E',
      text('SFATAL'),
      text(`C${state}`),
      text(`M${said}`),
      text(`D${said}`),
      text(`H${said}`),
      Buffer.alloc(1),
    );
  };
  if (failure === 'a broken connection') {
    socket.destroy();
    return;
  }
  let begun = false;
  socket.on('data', (chunk: Buffer) => {
    if (!begun) {
      begun = true;
      frame('R', int(3));
      return;
    }
    switch (String.fromCharCode(chunk[0] ?? 0)) {
      case 'p':
        if (failure === '401' || failure === '403') refuse('28P01');
        else if (failure === '404') refuse('3D000');
        else if (failure === '429') refuse('53300');
        else {
          frame('R', int(0));
          frame('Z', Buffer.from('I'));
        }
        break;
      case 'Q':
        frame('C', text('BEGIN'));
        frame('Z', Buffer.from('T'));
        break;
      case 'X':
        socket.end();
        break;
      default:
        refuse(failure === '500' ? '58000' : '42601');
        frame('Z', Buffer.from('E'));
    }
  });
}
