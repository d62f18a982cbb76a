import { expect, test } from 'vitest';
import { changedOptions } from '../../../../domain/training/compare-definitions.ts';

test('options are named by where they stand, and parts with names are matched by them', () => {
  const before = {
    window: { length: '1 hour', slide: '15 minutes' },
    features: [
      { name: 'count', aggregate: 'count', where: null },
      { name: 'gone', aggregate: 'count', where: null },
    ],
    lookups: [{ table: 'days', features: [{ feature: 'f', as: 'x', default: null }] }],
    primaryKeys: ['user_id'],
  };
  const after = {
    window: { length: '2 hours', slide: '15 minutes' },
    features: [{ name: 'count', aggregate: 'count', where: { kind: 'buy' } }],
    lookups: [{ table: 'days', features: [{ feature: 'f', as: 'x', default: 0 }] }],
    primaryKeys: ['user_id', 'shop'],
  };
  expect(changedOptions(before, before)).toEqual([]);
  expect(changedOptions(before, after)).toEqual([
    { option: 'window.length', a: '1 hour', b: '2 hours' },
    { option: 'features.count.where', a: null, b: { kind: 'buy' } },
    { option: 'features.gone', a: before.features[1] },
    { option: 'lookups.days.features.x.default', a: null, b: 0 },
    { option: 'primaryKeys', a: ['user_id'], b: ['user_id', 'shop'] },
  ]);
});

test('another order of the same parts is a change of the list', () => {
  const [first, second] = [{ name: 'a' }, { name: 'b' }];
  expect(changedOptions({ features: [first, second] }, { features: [second, first] })).toEqual([
    { option: 'features', a: [first, second], b: [second, first] },
  ]);
});
