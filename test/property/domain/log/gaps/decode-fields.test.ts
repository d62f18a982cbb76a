import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../../../../domain/log/event.ts';
import { NO_SCHEMAS } from '../../../../../domain/log/formats/writer-schemas.ts';
import { fieldsDecoder } from '../../../../../domain/log/gaps/decode-fields.ts';
import type { EventSourceDefinition } from '../../../../../domain/registry/definition.ts';
import { batchedStreams } from '../../../support/batched-streams.ts';
import { engineFor, foldAll } from '../../../support/engine.ts';
import { forAll, numRuns } from '../../../support/for-all.ts';
import { mixedStreams } from '../../../support/mixed-streams.ts';

const options = ['product_id', 'revenue', 'session_id', 'platform', 'is_member', 'taste'];

test.each([
  ['records with several events', batchedStreams({ disorder: 60 }, { repeating: true })],
  ['records of all kinds', mixedStreams],
])(
  'some fields of stored events, read again, are what they would be if they had always been declared: %s',
  (_, streams) => {
    const found = { values: 0, invalid: 0 };
    forAll(fc.record({ stream: streams, names: fc.subarray(options) }), ({ stream, names }) => {
      const { source } = engineFor(stream);
      const decoder = fieldsDecoder(source, new Set(names), NO_SCHEMAS);
      const again = new Map(
        stream.records.flatMap((record) =>
          decoder.eventsOf(record).map((event) => [placeOf(event), event] as const),
        ),
      );
      for (const { event } of foldAll(stream).raw) {
        const { eventTs, values, invalid = [] } = again.get(placeOf(event))!;
        const expected = decoder.fields.map(({ name }) => event.values[indexOf(source, name)]);
        expect({ eventTs, values }).toEqual({ eventTs: event.eventTs, values: expected });
        expect(invalid).toEqual((event.invalid ?? []).filter(({ field }) => names.includes(field)));
        found.values += expected.filter((value) => value !== null).length - 1;
        found.invalid += invalid.length;
      }
    });
    expect(found.values).toBeGreaterThan(numRuns);
  },
);

test('whether an event is stored was decided before: filter, limits and what makes a dead letter do not count', () => {
  let read = 0;
  forAll(mixedStreams, (stream) => {
    const { source } = engineFor(stream);
    const now: EventSourceDefinition = {
      ...source,
      where: { op: 'equals', field: 'user_id', value: 'nobody' },
      invalid: 'dead_letter',
      maxAhead: '0 minutes',
      maxBehind: '0 minutes',
    };
    const decoder = fieldsDecoder(now, new Set(['revenue']), NO_SCHEMAS);
    for (const { event } of foldAll(stream).raw) {
      const record = stream.records.find(
        ({ offset, partition }) => offset === event.offset && partition === event.partition,
      )!;
      expect(decoder.eventsOf(record).map(({ values }) => values[0])).toEqual([
        event.values[indexOf(source, 'revenue')],
      ]);
      read += 1;
    }
  });
  expect(read).toBeGreaterThan(numRuns);
});

function indexOf({ fields }: EventSourceDefinition, wanted: string): number {
  return fields.findIndex(({ name }) => name === wanted);
}

function placeOf({ partition, offset, index = 0 }: Event): string {
  return `${partition}/${offset}/${index}`;
}
