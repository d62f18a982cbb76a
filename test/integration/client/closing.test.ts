import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connectTemporal } from '../../../client/shared/temporal.ts';
import { temporalSettings } from '../../../config/servers.ts';
import { Namespace } from '../../../domain/namespace.ts';
import { openTcpProxy } from '../../support/faults/tcp-proxy.ts';

/** A call that has failed is made again after less time. */
const PAUSE_MS = 6_500;

test('a client that is closed while its calls to Temporal fail and wait leaves nothing to throw', async () => {
  const settings = temporalSettings(Namespace.default);
  const proxy = await openTcpProxy(`http://${settings.address}`);
  const temporal = await connectTemporal({ ...settings, address: new URL(proxy.url).host });
  proxy.refusing = true;
  proxy.breakAll('cut');
  const calls = [1, 2, 3].map((one) => temporal.client.workflow.getHandle(`nobody-${one}`).describe());
  const ends = Promise.allSettled(calls);
  // By then the calls have failed several times.
  await delay(1_000);
  await temporal.close();
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  // Vitest fails a test beside which something throws that nothing catches.
  await delay(PAUSE_MS);
  await proxy.close();
});
