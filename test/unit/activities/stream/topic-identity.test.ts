import { expect, test } from 'vitest';
import { checkSameTopic, fingerprint } from '../../../../activities/stream/topic-identity.ts';
import type { KafkaRecord } from '../../../../domain/log/record.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
const record: KafkaRecord = { partition: 0, offset: 7n, kafkaTs: 5n, key: bytes('k'), value: bytes('v') };
const cursor = {
  partition: 0,
  nextOffset: 9n,
  watermark: undefined,
  last: { offset: 7n, fingerprint: fingerprint(record) },
};

test('a topic is the same if its last read record is unchanged or gone', () => {
  expect(check([{ ...record }])).not.toThrow();
  expect(check([])).not.toThrow();
});

test.each([
  ['another time', { kafkaTs: 6n }],
  ['another key', { key: null }],
  ['another value', { value: bytes('w') }],
  ['a null for a value', { value: null }],
  ['bytes moved from the value to the key', { key: bytes('kv'), value: bytes('') }],
  ['a record at an offset that held none', { offset: 8n }],
])('%s means another topic', (_what, difference) => {
  expect(check([{ ...record, ...difference }])).toThrow(/holds another record at offset .*made again/);
});

function bytes(text: string) {
  return new TextEncoder().encode(text);
}

function check(before: KafkaRecord[]) {
  return () => checkSameTopic(userEvents.definition, before, new Map([[0, cursor]]));
}
