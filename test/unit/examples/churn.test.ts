import { expect, test } from 'vitest';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { definitionSet } from '../../../schemas/definitions/definition-set.ts';
import { count, streamTable, sum } from '../../../schemas/index.ts';

/** A second stream table on the same source. */
const userDailySpend = streamTable({
  name: 'user_daily_spend',
  source: userEvents,
  window: { length: '1 day', slide: '1 hour' },
  availableAfter: '15 minutes',
  features: {
    events_1d: count(),
    spend_1d: sum('revenue', { where: { event_type: 'purchase' } }),
  },
});

test('the example and a second table on its source form a valid set of definitions', () => {
  const definitions = [userEvents, userActivityFeatures, userDailySpend].map(({ definition }) => definition);
  expect(
    definitionSet(definitions)
      .ofKind('stream_table')
      .map(({ name }) => name),
  ).toEqual(['user_activity_features', 'user_daily_spend']);
});

test('a definition is plain JSON that includes its defaults', () => {
  expect(JSON.parse(JSON.stringify(userDailySpend.definition))).toEqual({
    kind: 'stream_table',
    name: 'user_daily_spend',
    source: 'user-events',
    primaryKeys: ['user_id'],
    window: { length: '1 day', slide: '1 hour' },
    availableAfter: '15 minutes',
    features: [
      { name: 'events_1d', aggregate: 'count', field: null, where: null, over: null },
      { name: 'spend_1d', aggregate: 'sum', field: 'revenue', where: { event_type: 'purchase' }, over: null },
    ],
  });
  expect(userEvents.definition).toMatchObject({
    topic: 'user-events',
    topicPartitions: 4,
    allowedLateness: '10 minutes',
    maxAhead: '1 hour',
    late: 'keep',
    onDataLoss: 'stop',
  });
});
