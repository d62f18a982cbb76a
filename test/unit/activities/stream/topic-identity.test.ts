import { expect, test } from 'vitest';
import { checkSameTopic, fingerprint } from '../../../../activities/stream/topic-identity.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const record: KafkaRecord = { partition: 0, offset: 7n, kafkaTs: 5n, key: bytes('k'), value: bytes('v') };
const cursor = {
  partition: 0,
  nextOffset: 9n,
  watermark: undefined,
  last: { offset: 7n, fingerprint: fingerprint(record) },
};

const check = (before: KafkaRecord[]) => () =>
  checkSameTopic(userEvents.definition, before, new Map([[0, cursor]]));

test('the last record that was read, or no record any more, proves the same topic', () => {
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
])('%s proves another topic', (_what, difference) => {
  expect(check([{ ...record, ...difference }])).toThrow(/holds another record at offset .*made again/);
});
