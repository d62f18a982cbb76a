import { describe, expect, test } from 'vitest';
import { eventSource, optional, required } from 'asof';
import { eventDecoder } from '../../../../domain/log/decode-event.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import {
  MOST_ELEMENTS,
  MOST_ENVELOPE_BYTES,
  type Place,
  placeDecoder,
} from '../../../../domain/log/places.ts';
import type { ListPlace } from '../../../../domain/registry/definition.ts';
import { parseInstant } from '../../../../domain/time/instant.ts';

const EVENT = '{"user_id":"u_1","event_ts":"2026-06-01T09:00:00Z"}';
const plain = { name: 'events', entity: 'user_id', eventTime: 'event_ts' } as const;
const fields = { user_id: required('string'), event_ts: required('timestamp') };
const RECORD: Omit<KafkaRecord, 'value'> = {
  partition: 0,
  offset: 5n,
  kafkaTs: parseInstant('2026-06-01T09:10:00Z')!,
  key: null,
};

const envelope = { sent_at: optional('string', { from: { envelope: 'context.sentAt' } }) };

describe('the list of a record', () => {
  test.each([
    ['batch', `{"batch":[${EVENT}]}`],
    ['data.items', `{"data":{"items":[${EVENT}]}}`],
    ['parts[1].events', `{"parts":[[],{"events":[${EVENT}]}]}`],
    ['[1].events', `["head",{"events":[${EVENT}]}]`],
    ['batch', `[${EVENT}]`],
    [{ record: 'value' }, `[${EVENT}]`],
    [['a.b', 'c'], `{"a.b":{"c":[${EVENT}]}}`],
    ['batch', `{"batch":{},"n":"[","b\\u0061tch" : [ ${EVENT} ] }`],
  ] as const)('at %j', (explode, value) => {
    const [place, ...more] = placesOf(value, explode);
    expect(more).toEqual([]);
    expect(place).toMatchObject({ record: { index: 0 }, decoded: { event: { index: 0, offset: 5n } } });
    expect(Buffer.from(place!.record.value!).toString()).toBe(EVENT);
  });

  test.each([
    ['{"events":[]}', 'the record should hold a list at batch, and nothing is there'],
    ['{"batch":{"0":{}}}', 'the record should hold a list at batch, and an object is there'],
    ['{"batch":null}', 'the record should hold a list at batch, and null is there'],
    ['7', 'the record should hold a list at batch, and nothing is there'],
  ])('that is none makes one dead letter of the record: %s', (value, problem) => {
    const [place, ...more] = placesOf(value, 'batch');
    expect(more).toEqual([]);
    expect(place!.record.index).toBeUndefined();
    expect(place!.decoded).toMatchObject({
      rejection: { reason: 'no_list', detail: expect.stringContaining(problem) as string },
    });
  });

  test('that is empty is one skipped place', () => {
    expect(placesOf('{"batch":[]}', 'batch').map(({ decoded }) => decoded)).toEqual([
      { skipped: 'empty_list' },
    ]);
  });

  test('may be behind the frame of a schema registry', () => {
    const value = Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), Buffer.from(`[${EVENT},7]`)]);
    const { definition } = eventSource({ ...plain, explode: 'batch', format: 'registry_json', fields });
    const places = placeDecoder(definition, eventDecoder(definition))!({ ...RECORD, value });
    expect(places.map(({ record }) => Buffer.from(record.value!).toString())).toEqual([EVENT, '7']);
    expect(places[0]!.decoded).toHaveProperty('event');
  });

  test('has at most so many elements; a record with a million is one dead letter', () => {
    const list = (length: number) => `[${Array.from({ length }, () => '1').join()}]`;
    expect(placesOf(list(MOST_ELEMENTS), 'batch')).toHaveLength(MOST_ELEMENTS);
    for (const length of [MOST_ELEMENTS + 1, 1_000_000]) {
      expect(placesOf(list(length), 'batch').map(({ decoded }) => decoded)).toMatchObject([
        {
          rejection: {
            reason: 'too_many_elements',
            detail: expect.stringContaining(`${length} elements`) as string,
          },
        },
      ]);
    }
  });

  test('may hold elements that are nested deeper than the stack', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const places = placesOf(`{"batch":[${deep},${EVENT}]}`, 'batch');
    expect(places.map(({ decoded }) => Object.keys(decoded))).toEqual([['rejection'], ['event']]);
    expect(places[0]!.record.value).toHaveLength(200_000);
  });
});

describe('a field from the envelope', () => {
  test('comes from what is around the list, now and from what a dead letter keeps', () => {
    const value = `{"context":{"sentAt":"now"},"batch":[${EVENT},7]}`;
    const places = placesOf(value, 'batch', { ...fields, ...envelope });
    expect(places[0]!.decoded).toHaveProperty('event.values.2', 'now');
    expect(Buffer.from(places[1]!.record.envelope!).toString()).toBe(
      '{"context":{"sentAt":"now"},"batch":[]}',
    );
  });

  test('is null where the record is the list', () => {
    const [place] = placesOf(`[${EVENT}]`, 'batch', { ...fields, ...envelope });
    expect(place!.decoded).toHaveProperty('event.values.2', null);
  });

  test('of a dead letter whose envelope was not kept makes a dead letter that says so', () => {
    const { definition } = eventSource({ ...plain, explode: 'batch', fields: { ...fields, ...envelope } });
    const stored = { ...RECORD, index: 3, value: Buffer.from(EVENT) };
    expect(eventDecoder(definition)(stored)).toHaveProperty('rejection.reason', 'no_envelope');
  });

  test('bounds what is around the list, and only where there is such a field', () => {
    const value = `{"note":"${'x'.repeat(MOST_ENVELOPE_BYTES)}","batch":[${EVENT}]}`;
    expect(placesOf(value, 'batch')[0]!.decoded).toHaveProperty('event');
    expect(placesOf(value, 'batch', { ...fields, ...envelope })).toMatchObject([
      { decoded: { rejection: { reason: 'envelope_too_long' } } },
    ]);
  });
});

test.each([
  ['', {}, 'not a place of a list'],
  ['a..b', {}, 'not a place of a list'],
  [undefined, envelope, 'the source has neither explode nor unwrap'],
  [{ record: 'value' }, envelope, 'the record is the list'],
  ['context', envelope, 'comes from the list itself'],
] as const)('a source that explodes %j is refused by name', (explode, more, problem) => {
  expect(() =>
    eventSource({ ...plain, ...(explode !== undefined && { explode }), fields: { ...fields, ...more } }),
  ).toThrow(problem);
});

function placesOf(value: string, explode: string | ListPlace, of: typeof fields = fields): readonly Place[] {
  const { definition } = eventSource({ ...plain, explode, fields: of });
  return placeDecoder(definition, eventDecoder(definition))!({ ...RECORD, value: Buffer.from(value) });
}
