import { expect, test } from 'vitest';
import { readBySource, sourceDefinition } from '../../../../client/stream/infer/read-sample.ts';
import { inferSource } from '../../../../domain/inference/infer-source.ts';
import { writeSource } from '../../../../domain/inference/write-source.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import type { EventSourceDefinition } from '../../../../domain/registry/definition.ts';
import { fieldValue } from '../../../oracle/fields.ts';
import { parseJson } from '../../../oracle/json.ts';
import { evaluated } from '../../../support/definitions/evaluated.ts';
import { forAll } from '../../support/for-all.ts';
import { ARRIVAL, recordsOfAShape, recordsWithClearRoles } from '../../support/random-shapes.ts';

const options = { name: 'things', topic: 'Things', now: ARRIVAL };

test('an inferred definition takes exactly the records that have its entity and its event time', () => {
  forAll(recordsOfAShape(), (records) => {
    const definition = sourceDefinition(inferSource(records, options).source);
    const wanted = records.filter((record) => isEvent(record, definition));
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

test('an inferred definition is the one that is written', () => {
  forAll(recordsOfAShape(), (records) => {
    const inference = inferSource(records, options);
    expect(evaluated(writeSource(inference, ['heading']))).toEqual(sourceDefinition(inference.source));
  });
});

test('the same records give the same text', () => {
  forAll(recordsOfAShape(), (records) => {
    const write = () => writeSource(inferSource(records, options), []);
    expect(write()).toBe(write());
  });
});

/** Whether the entity and the event time stand in a record and fit, and the time is within the limits. */
function isEvent(record: KafkaRecord, { fields, entity, eventTime }: EventSourceDefinition): boolean {
  const json = parseJson(record.value);
  const valueOf = (name: string, isEventTime: boolean): unknown =>
    fieldValue(
      { record, json },
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
