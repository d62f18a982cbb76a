import fc from 'fast-check';
import { expect, test } from 'vitest';
import { avroReader } from '../../../../adapters/schema-registry/avro-reader.ts';
import { eventDecoder } from '../../../../domain/log/decode-event.ts';
import type { WriterSchemas } from '../../../../domain/log/formats/writer-schemas.ts';
import {
  FIELD_TYPES,
  type FieldDefinition,
  type FieldPlace,
} from '../../../../domain/registry/definition.ts';
import { EPOCH_UNITS } from '../../../../domain/time/epoch.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { encodeAvro, framed } from '../../../support/records/avro.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { type Written, avroRecords } from '../../support/random-avro.ts';

const places = fc.constantFrom<(FieldPlace | undefined)[]>(
  undefined,
  undefined,
  undefined,
  ...[
    ['f', 'a'],
    ['f', 'b'],
    ['f', 0],
    ['f', 'a', 'b'],
    ['f', 0, 'a'],
  ],
);

const fields: fc.Arbitrary<FieldDefinition> = fc
  .record({
    type: fc.constantFrom(...FIELD_TYPES),
    from: places,
    unit: fc.constantFrom(undefined, ...EPOCH_UNITS),
    coerce: fc.constantFrom(undefined, true),
  })
  .map(({ type, from, unit, coerce }) => ({
    name: 'f',
    type,
    required: false,
    from,
    ...(type === 'timestamp' && { unit }),
    ...(['double', 'integer', 'decimal', 'boolean'].includes(type) && { coerce }),
  }));

function schemasWith({ schema }: Written): WriterSchemas {
  const read = avroReader(JSON.stringify(schema), []);
  return { prepare: () => Promise.resolve(), of: () => ({ read }) };
}

test('a record in Avro is the event that the same record is in JSON, whatever its schema', () => {
  const { definition } = userEvents;
  const identified = definition.fields.filter(({ name }) => name === 'user_id' || name === 'event_ts');
  const seen = { value: 0, invalid: 0, none: 0 };
  forAll(fc.tuple(avroRecords, fields), ([written, field]) => {
    const source = { ...definition, fields: [...identified, field] };
    const decoded = (format: 'avro' | 'json', value: Buffer) =>
      eventDecoder(
        { ...source, format },
        schemasWith(written),
      )({
        partition: 0,
        offset: 0n,
        kafkaTs: 1_780_304_400_000_000n,
        key: null,
        value,
      });
    const inAvro = decoded('avro', framed(7, encodeAvro(written.schema, written.avro)));
    const inJson = decoded('json', Buffer.from(written.json));
    expect(inAvro).toHaveProperty('event');
    const [avro, json] = [inAvro, inJson].map(
      (one) => (one as Extract<typeof one, { event: unknown }>).event,
    );
    expect(avro!.values).toEqual(json!.values);
    expect(avro!.invalid?.map(({ field: name }) => name)).toEqual(
      json!.invalid?.map(({ field: name }) => name),
    );
    if (avro!.invalid) seen.invalid += 1;
    else if (avro!.values[2] === null) seen.none += 1;
    else seen.value += 1;
  });
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(numRuns / 50);
});

test('bytes that were not written with their schema are a dead letter, and never anything else', () => {
  forAll(fc.tuple(avroRecords, fc.uint8Array({ maxLength: 60 })), ([written, body]) => {
    const source = { ...userEvents.definition, format: 'avro' as const };
    const decoded = eventDecoder(
      source,
      schemasWith(written),
    )({
      partition: 0,
      offset: 0n,
      kafkaTs: 1_780_304_400_000_000n,
      key: null,
      value: framed(7, body),
    });
    expect('event' in decoded || 'rejection' in decoded).toBe(true);
  });
});
