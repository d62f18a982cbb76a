import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowReader } from '../../../../domain/batch/read-row.ts';
import { writtenTable } from '../../../../domain/batch/written-table.ts';
import type { ExternalTableDefinition } from '../../../../domain/registry/definition.ts';
import { EPOCH_UNITS } from '../../../../domain/time/epoch.ts';
import { UNFIT, fieldValue } from '../../../oracle/fields.ts';
import { isObject, parseJson } from '../../../oracle/json.ts';
import type { LogRecord, OracleField } from '../../../oracle/log.ts';
import { forAll } from '../../support/for-all.ts';

const times = fc.constantFrom(
  ...['"2026-06-01 09:00:00+00:00"', '"2026-06-01T09:00:00,125Z"', '"2026-06-01"', '"2026-10-25T02:30"'],
  ...['1780304400', '1780304400000', '1780304400123456', '"1780304400123"', '"2026-W23-1"', '0'],
);
const scalars = fc.oneof(
  times,
  fc.constantFrom(
    ...['1', '-0', '0.1', '1e3', '9007199254740993', '1e16', '"7"', '"12.50"', 'NaN', '-Infinity', '"x"'],
    ...['""', 'null', 'true', '"True"', '[]', '{}', '"\\u0000"', '"\\ud800"', '518237', '518237.0'],
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
);

const tables = fc
  .record({
    unit: fc.constantFrom(undefined, ...EPOCH_UNITS),
    zone: fc.constantFrom(undefined, 'Europe/Paris'),
  })
  .map(({ unit, zone }): ExternalTableDefinition => ({
    kind: 'external_table',
    name: 'scores',
    primaryKeys: ['customer'],
    timestamp: { column: 'Scored At', unit, zone: unit ? undefined : zone },
    availableAfter: '0 seconds',
    features: [
      { name: 'score', type: 'double' },
      { name: 'orders', type: 'bigint' },
      { name: 'segment', type: 'string' },
    ],
  }));

/** JSON objects that mostly have the columns of the table, and seldom one more. */
const rows = fc
  .record(
    {
      customer: fc.oneof({ arbitrary: fc.constant('"c_1"'), weight: 3 }, { arbitrary: scalars, weight: 1 }),
      'Scored At': fc.oneof({ arbitrary: times, weight: 3 }, { arbitrary: scalars, weight: 1 }),
      score: scalars,
      orders: scalars,
      segment: scalars,
    },
    { requiredKeys: [] },
  )
  .chain((members) =>
    fc.constantFrom({}, {}, {}, { surplus: '1' }).map((more) => Object.entries({ ...members, ...more })),
  )
  .map((members) => `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`);

test('a row of any values is read as the oracle reads its fields, or refused by the columns that do not fit', () => {
  const seen = { read: 0, refused: 0 };
  forAll(fc.tuple(tables, rows, fc.boolean()), ([definition, text, isTextOnly]) => {
    const table = writtenTable(definition);
    const json = parseJson(Buffer.from(text));
    const expected = [...table.columns, table.time].map((field) => {
      const coerce = isTextOnly && (field.type === 'double' || field.type === 'integer');
      const read = { ...field, coerce } as OracleField;
      const value = fieldValue({ record: RECORD, json }, field.name, read, field === table.time);
      return value === null && field.required ? UNFIT : value;
    });
    const names = [...table.columns, table.time].map(({ name }) => name);
    const isForeign = isObject(json) && Object.keys(json).some((name) => !names.includes(name));
    const outcome = rowReader(table, isTextOnly)(Buffer.from(text));
    const unfit = names.filter((_, index) => expected[index] === UNFIT);
    if (unfit.length === 0 && !isForeign) {
      expect(outcome).toEqual(expected);
      seen.read += 1;
      return;
    }
    const { problems } = outcome as { readonly problems: readonly string[] };
    expect(problems).toHaveLength(unfit.length + Number(isForeign));
    for (const name of unfit) expect(problems.some((problem) => problem.includes(name))).toBe(true);
    seen.refused += 1;
  });
  expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(0);
});

const RECORD: LogRecord = { partition: 0, offset: 0n, kafkaTs: null, key: null, value: null };
