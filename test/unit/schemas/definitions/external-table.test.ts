import { describe, expect, test } from 'vitest';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import {
  externalTable,
  lookup,
  onlineTable,
  optional,
  referenceTable,
  required,
  trainingSet,
} from '../../../../schemas/index.ts';

const options = {
  name: 'scores',
  primaryKeys: ['customer'],
  timestamp: 'Scored At',
  features: { score: 'double' },
} as const;
const scores = externalTable(options);

test('an external table needs no event source, and is looked up and published like any other', () => {
  const set = trainingSet({
    name: 'regulars',
    spine: { keys: ['customer'], timestamp: 'at', label: 'stayed' },
    lookups: [lookup(scores)],
  });
  const definitions = [scores, onlineTable({ table: scores }), set].map(({ definition }) => definition);
  expect(definitionSet(definitions).featureTable('scores')).toEqual({
    kind: 'external_table',
    name: 'scores',
    primaryKeys: ['customer'],
    timestamp: { column: 'Scored At' },
    availableAfter: '0 seconds',
    features: [{ name: 'score', type: 'double' }],
  });
});

describe('an external table is refused', () => {
  test.each<[string, Partial<Parameters<typeof externalTable>[0]>, RegExp]>([
    ['with a feature that Asof writes', { features: { write_id: 'bigint' } }, /a column that Asof writes/],
    ['with a key that Asof writes', { primaryKeys: ['feature_ts'] }, /a column that Asof writes/],
    ['with a key as a feature', { features: { customer: 'string' } }, /two columns 'customer'/],
    ['with its timestamp as a feature', { timestamp: 'score' }, /two columns 'score'/],
    ['without features', { features: {} }, /features/],
    ['without keys', { primaryKeys: [] }, /primaryKeys/],
    ['with an unknown zone', { timestamp: { column: 'at', zone: 'Mars' } }, /'Mars' is not a time zone/],
    [
      'with a unit and a zone',
      { timestamp: { column: 'at', unit: 'seconds', zone: 'UTC' } as never },
      /numbers since 1970 have none/,
    ],
  ])('%s', (_, changed, expected) => {
    expect(() => externalTable({ ...options, ...changed })).toThrow(expected);
  });

  test('with the name of a reference table, since one command writes both', () => {
    const reference = referenceTable({
      name: 'scores',
      primaryKeys: ['customer'],
      fields: { customer: required('string'), tier: optional('string') },
    });
    expect(() => definitionSet([scores.definition, reference.definition])).toThrow(
      /reference table 'scores': would share the name scores with external table 'scores'; rename one/,
    );
  });
});
