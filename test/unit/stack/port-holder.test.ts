import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { requireFreePorts } from '../../../stack/native/free-ports.ts';
import { listeningSockets } from '../../../stack/processes/port-holder.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:6A45 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1111 1 0
   1: 0100007F:6A45 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 2222 1 0
   2: 00000000:1A0B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3333 1 0`;

test('only a listening socket holds its port', () => {
  expect(listeningSockets(table, 0x6a45)).toEqual(['socket:[1111]']);
  expect(listeningSockets(table, 0x6a46)).toEqual([]);
});

test('the error for a taken port names the server that needs it, and what to do', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const address = squatter.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const wanted = [{ server: 'redis', purpose: 'Redis', port }];
  await expect(requireFreePorts(wanted)).rejects.toMatchObject({
    code: 'ASOF_STACK_PORT_TAKEN',
    message: expect.stringMatching(
      new RegExp(
        `Port ${port} of redis \\(Redis\\) is taken by .*\nStop what listens there, or set ASOF_PORT_BASE`,
      ),
    ) as unknown,
  });
  squatter.close();
  await once(squatter, 'close');
  await expect(requireFreePorts(wanted)).resolves.toBeUndefined();
});
