import { expect, test } from 'vitest';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import { count, countIf, greater, meanInterarrival, share, streamTable } from '../../../../schemas/index.ts';

const dear = greater('revenue', 100);
const views = { where: { event_type: 'view' } } as const;

test('countIf is a count with a filter', () => {
  expect(countIf(views.where)).toEqual(count(views));
  expect(countIf(dear, { over: 'lifetime' })).toEqual(count({ where: dear, over: 'lifetime' }));
  expect(countIf('is_member')).toEqual(count({ where: { is_member: true } }));
  expect(countIf(dear, views).where).toEqual({
    expression: { op: 'and', of: [{ op: 'equals', field: 'event_type', value: 'view' }, dear.expression] },
  });
});

test('a share is of a condition that is false where it would be null', () => {
  expect(share('is_member', { ...views, over: '15 minutes' })).toEqual({
    aggregate: 'share',
    field: { op: 'coalesce', of: [{ op: 'equals', field: 'is_member', value: true }, false] },
    where: views.where,
    over: '15 minutes',
  });
  expect(share({ event_type: 'view', platform: 'ios' }).field).toMatchObject({
    of: [{ op: 'and', of: [{ field: 'event_type' }, { field: 'platform' }] }, false],
  });
});

test('an unknown option is refused', () => {
  const unknown = { wher: {} } as object;
  for (const made of [countIf, share])
    expect(() => made(dear, unknown)).toThrow(/there is no option 'wher'; did you mean 'where'\?/);
  expect(() => meanInterarrival(unknown)).toThrow(/there is no option 'wher'/);
});

test('a condition on a field that the source lacks, and the mean time between other values, are refused', () => {
  const { definition } = streamTable({
    name: 'visits',
    source: userEvents,
    window: { length: '1 hour', slide: '1 hour' },
    features: { pace: meanInterarrival() },
  });
  const withFeature = (feature: object) => () =>
    definitionSet([
      userEvents.definition,
      { ...definition, features: [{ ...definition.features[0]!, ...feature }] as typeof definition.features },
    ]);
  expect(withFeature({})).not.toThrow();
  expect(withFeature(share('is_member'))).toThrow(/feature 'pace': 'is_member' is not a field of the source/);
  expect(withFeature({ field: 'event_ts' })).toThrow(/mean_interarrival is of events, and takes no field/);
});
