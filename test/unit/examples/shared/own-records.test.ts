import { expect, test } from 'vitest';
import type { StreamCheck } from 'asof/client';
import { expectOwnRecords } from '../../../../examples/shared/demo/own-records.ts';

test('a demo refuses a topic that held records before it sent its own', () => {
  const check = { source: 'user-events', partitions: [held('0', '70'), held('5', '35')] } as StreamCheck;
  expect(() => expectOwnRecords(check, 100)).not.toThrow();
  expect(() => expectOwnRecords(check, 50)).toThrow(/sent 50 records, and the topic of user-events held 100/);
});

function held(fromOffset: string, toOffset: string) {
  return { fromOffset, toOffset } as StreamCheck['partitions'][number];
}
