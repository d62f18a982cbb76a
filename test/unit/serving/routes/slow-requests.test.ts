import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { closeWithin } from '../../../../serving/routes/close-within.ts';
import { Store, servedApp } from '../served-app.ts';

const LIMITS = { headersWithinMs: 200, requestWithinMs: 400 };
const DRIP_EVERY_MS = 20;
const LONG_MS = 60_000;

const HEAD =
  'POST /serving-endpoints/churn/invocations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
const BODY = '{"inputs":[{"user_id":"u_1"}]}';
const REQUEST = `${HEAD}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;

const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
});

test.each([
  ['headers', HEAD, 'X-Drip: a\r\n'],
  ['one header', `${HEAD}X-Drip: `, 'a'],
  ['a body', `${HEAD}Content-Length: 100000\r\n\r\n`, ' '],
  ['a body in chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
])('a client that drips %s is told so, and its connection is closed', async (_what, head, drop) => {
  const client = await connected(await listening());
  client.write(head);
  const answer = await client.dripUntilClosed(drop);
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error_code: 'ASOF_REQUEST_TOO_SLOW' });
});

test.each([
  ['says nothing', ''],
  ['ends in the middle of its headers', HEAD],
  ['sends half of its body', REQUEST.slice(0, -5)],
])('a client that %s loses its connection', async (_what, beginning) => {
  const client = await connected(await listening());
  client.write(beginning);
  await client.closed;
});

test('a client that has closed its side in the middle of a request loses the other', async () => {
  const client = await connected(await listening());
  client.socket.end(REQUEST.slice(0, -5));
  await client.closed;
});

test('a connection may be idle between two requests for longer than a request may take', async () => {
  const { port } = await listening();
  const idle = await connected({ port });
  expect(await idle.ask(REQUEST)).toMatch(/^HTTP\/1\.1 200 /);
  const late = await connected({ port });
  await late.dripUntilClosed(HEAD);
  expect(await idle.ask(REQUEST)).toMatch(/^HTTP\/1\.1 200 /);
});

test.each([
  ['\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', 'something else than HTTP'],
  ['GET / HTTP/9.9\r\n\r\n', 'another HTTP'],
  [`${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 'two lengths'],
  [`${HEAD}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 'long headers'],
])('%j is answered as a request that cannot be read: %s', async (sent) => {
  const client = await connected(await listening());
  client.write(sent);
  const answer = await client.dripUntilClosed('');
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error_code: 'ASOF_REQUEST_MALFORMED' });
});

test.each([
  ['says nothing', ''],
  ['drips its headers', HEAD],
  ['drips its body', `${HEAD}Content-Length: 100000\r\n\r\n`],
])('a client that %s does not keep a service from ending', async (_what, head) => {
  const served = await listening({ headersWithinMs: LONG_MS, requestWithinMs: LONG_MS });
  const client = await connected(served);
  client.write(head);
  const dripped = client.dripUntilClosed(head && 'a');
  await served.accepted;
  await closeWithin(served.app, 100);
  await dripped;
});

test('a service that ends answers a request that runs, and closes an idle connection at once', async () => {
  const store = new SlowStore();
  const served = await listening(LIMITS, store);
  const idle = await connected(served);
  const running = await connected(served);
  await idle.ask('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
  const answer = running.ask(REQUEST);
  await store.isAsked;
  const ended = closeWithin(served.app, LONG_MS);
  await idle.closed;
  store.answer();
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
  await ended;
});

test('a service that ends cuts off a request that runs too long', async () => {
  const store = new SlowStore();
  const served = await listening(LIMITS, store);
  const client = await connected(served);
  client.write(REQUEST);
  await store.isAsked;
  const ended = closeWithin(served.app, 100);
  await client.closed;
  store.answer();
  await ended;
});

/** A store that answers when it is told to. */
class SlowStore extends Store {
  answer!: () => void;
  readonly #mayAnswer = new Promise<void>((resolve) => (this.answer = resolve));
  #asked!: () => void;
  readonly isAsked = new Promise<void>((resolve) => (this.#asked = resolve));

  override async read(...asked: Parameters<Store['read']>): ReturnType<Store['read']> {
    this.#asked();
    await this.#mayAnswer;
    return super.read(...asked);
  }
}

async function listening(limits = LIMITS, online = new Store()) {
  const { app } = servedApp(online, limits);
  opened.push({ close: () => closeWithin(app, 0) });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, port: Number(new URL(url).port), accepted: once(app.server, 'connection') };
}

/** A client that sends what it is told, and keeps its side open when the service closes its own. */
class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data) => (this.#received += data.toString('latin1')));
    // A connection that is closed in the middle of a request is reset.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      for (const event of ['end', 'close']) socket.once(event, () => resolve());
    });
  }

  write(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Sends a request and waits for the answer, whose body has a length. */
  async ask(request: string): Promise<string> {
    this.#received = '';
    this.write(request);
    for (;;) {
      const [head, body] = this.#received.split('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(head!)?.[1];
      if (body !== undefined && body.length >= Number(length)) return this.#received;
      await new Promise((resolve) => this.socket.once('data', resolve));
    }
  }

  /** Sends again and again until the connection is closed. */
  async dripUntilClosed(drop: string): Promise<string> {
    const dripping = setInterval(() => this.socket.writable && this.write(drop), DRIP_EVERY_MS);
    await this.closed;
    clearInterval(dripping);
    return this.#received;
  }
}

async function connected({ port }: { port: number }): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  opened.push({ close: () => socket.destroy() });
  const client = new RawClient(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  return client;
}
