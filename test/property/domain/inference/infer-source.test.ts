import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBySource, sourceDefinition } from '../../../../client/stream/infer/read-sample.ts';
import { inferSource } from '../../../../domain/inference/infer-source.ts';
import { writeSource } from '../../../../domain/inference/write-source.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import {
  type EventSourceDefinition,
  LIST_TYPES,
  type ListType,
} from '../../../../domain/registry/definition.ts';
import { UNFIT, fieldValue } from '../../../oracle/fields.ts';
import { parseJson } from '../../../oracle/json.ts';
import { evaluated } from '../../../support/definitions/evaluated.ts';
import { forAll } from '../../support/for-all.ts';
import { packedEvents } from '../../support/random-packing.ts';
import { ARRIVAL, recordsOfAShape, recordsWithClearRoles } from '../../support/random-shapes.ts';

const options = { name: 'things', topic: 'Things', now: ARRIVAL };

test('an inferred definition takes exactly the records that have its entity and its event time', () => {
  forAll(recordsOfAShape(), (records) => {
    const definition = sourceDefinition(inferSource(records, options).source);
    const wanted = records.filter((record) => isEvent({ record, json: parseJson(record.value) }, definition));
    expect(readBySource(definition, records).events).toBe(wanted.length);
  });
});

test('clear names give the entity and the event time, and every record is an event', () => {
  forAll(recordsWithClearRoles(), (records) => {
    const definition = sourceDefinition(inferSource(records, options).source);
    expect(definition).toMatchObject({ entity: 'user_id', eventTime: 'event_time' });
    expect(readBySource(definition, records)).toMatchObject({ events: records.length, firstRejections: [] });
  });
});

test('of records that hold lists or envelopes, it takes exactly the events in them that have both', () => {
  forAll(packedEvents(recordsOfAShape(), 'lists', 'payloads', 'changes'), ({ packing, records, events }) => {
    const { source } = inferSource(records, options);
    expect(source).toMatchObject(EXPECTED[packing]);
    const definition = sourceDefinition(source);
    const wanted = events.filter(({ record, json, envelope }) =>
      isEvent({ record, json: parsed(json), envelope: envelope && parsed(envelope) }, definition),
    );
    expect(readBySource(definition, records).events).toBe(wanted.length);
  });
});

test('clear names in lists and envelopes give the entity, and every event is taken', () => {
  const packings = ['lists', 'batches', 'payloads', 'changes'] as const;
  forAll(packedEvents(recordsWithClearRoles(), ...packings), ({ packing, records, events }) => {
    const { source } = inferSource(records, options);
    expect(source).toMatchObject({ entity: 'user_id', ...EXPECTED[packing] });
    if (packing !== 'changes') expect(source.eventTime).toBe('event_time');
    expect(readBySource(sourceDefinition(source), records)).toMatchObject({
      events: events.length,
      firstRejections: [],
    });
  });
});

test('a list becomes a field of a type that all lists fit, if there is one', () => {
  forAll(lists, (texts) => {
    const records = texts.map((list, index) => recordWith(list, index));
    const { source } = inferSource(records, options);
    const fits = (type: ListType): boolean =>
      texts.every((list) => {
        const places = { record: records[0]!, json: { list: parsed(list) } };
        return fieldValue(places, 'list', { type, required: false }, false) !== UNFIT;
      });
    const field = source.fields.find(({ name }) => name === 'list');
    const fitting = texts.every((list) => list === '[]') ? [] : LIST_TYPES.filter(fits);
    expect(field !== undefined).toBe(fitting.length > 0);
    if (field) expect(fitting).toContain(field.type);
    expect(readBySource(sourceDefinition(source), records).events).toBe(records.length);
  });
});

test('an inferred definition is the one that is written', () => {
  forAll(anyRecords, (records) => {
    const inference = inferSource(records, options);
    expect(evaluated(writeSource(inference, ['heading']))).toEqual(sourceDefinition(inference.source));
  });
});

test('the same records give the same text', () => {
  forAll(anyRecords, (records) => {
    const write = () => writeSource(inferSource(records, options), []);
    expect(write()).toBe(write());
  });
});

const PACKINGS = ['lists', 'batches', 'payloads', 'changes'] as const;

/** Plain records, and packed ones. */
const anyRecords = fc.oneof(
  recordsOfAShape(),
  packedEvents(recordsOfAShape(), ...PACKINGS).map(({ records }) => records),
);

const EXPECTED = {
  lists: { explode: { record: 'value' }, unwrap: undefined },
  batches: { explode: ['batch'], unwrap: undefined },
  payloads: { explode: undefined, unwrap: { envelope: 'connect' } },
  changes: { explode: undefined, unwrap: { envelope: 'change' } },
};

const elements: readonly fc.Arbitrary<string>[] = [
  fc.constantFrom('"a"', '""', '"7"', '"null"', '"2026-06-01"'),
  fc.constantFrom('7', '-1', '0'),
  fc.constantFrom('1.5', '-2.25', '1e3', '-0', '2.0'),
  fc.constantFrom('true', 'false'),
  fc.constantFrom('1823456789012345678', '1e16'),
  fc.constantFrom('null', '[]', '{"sku":1}', 'NaN'),
];

/** Lists in JSON, most of them of one kind of elements. */
const lists = fc
  .tuple(fc.constantFrom(...elements), fc.constantFrom(...elements))
  .map(([some, others]) => fc.oneof({ arbitrary: some, weight: 9 }, others))
  .chain((element) => fc.array(fc.array(element, { maxLength: 4 }), { minLength: 1, maxLength: 6 }))
  .map((all) => all.map((list) => `[${list.join()}]`));

function recordWith(list: string, index: number): KafkaRecord {
  const value = Buffer.from(`{"user_id":"u_1","event_ts":"2026-06-01T09:00:00Z","list":${list}}`);
  return { partition: 0, offset: BigInt(index), kafkaTs: ARRIVAL, key: null, value };
}

function parsed(json: string): unknown {
  return parseJson(Buffer.from(json));
}

/** Whether the entity and the event time stand in a record and fit, and the time is within the limits. */
function isEvent(
  places: Parameters<typeof fieldValue>[0],
  { fields, entity, eventTime }: EventSourceDefinition,
): boolean {
  const valueOf = (name: string, isEventTime: boolean): unknown =>
    fieldValue(
      places,
      name,
      fields.find((field) => field.name === name)!,
      isEventTime,
    );
  const time = valueOf(eventTime, true);
  return (
    typeof valueOf(entity, false) === 'string' &&
    typeof time === 'bigint' &&
    time <= ARRIVAL + HOUR &&
    time >= ARRIVAL - TWENTY_YEARS
  );
}

const HOUR = 3_600_000_000n;
const TWENTY_YEARS = 7305n * 24n * HOUR;
