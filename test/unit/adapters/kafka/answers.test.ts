import { once } from 'node:events';
import { type AddressInfo, type Server, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Answers } from '../../../../adapters/kafka/answers.ts';

let server: Server;
/** The number of notifications, by asker. */
let notified: Map<string, number>;
let asking: string;
let answers: Answers;

beforeEach(async () => {
  server = createServer((socket) => void socket.write('an answer')).listen(0);
  await once(server, 'listening');
  notified = new Map();
  answers = new Answers(() => {
    const who = asking;
    return () => notified.set(who, (notified.get(who) ?? 0) + 1);
  });
});
afterEach(() => void server.close());

test('the opener of a connection is notified of the attempt and of each answer', async () => {
  asking = 'opener';
  await openConnection();
  expect([...notified]).toEqual([['opener', 2]]);
});

test('everyone who waits is notified, and nobody who has stopped waiting', async () => {
  let end = (): void => {};
  asking = 'first';
  const first = answers.during(() => new Promise<void>((resolve) => (end = resolve)));
  asking = 'second';
  await answers.during(openConnection);
  end();
  await first;
  await openConnection();
  expect(notified.get('first')).toBe(2);
});

/** Opens a connection as kafkajs does, and waits for an answer. */
async function openConnection(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const socket = answers.sockets({ host: '127.0.0.1', port, ssl: undefined!, onConnect: () => {} });
  await once(socket, 'data');
  socket.destroy();
}
