import { expect, test } from 'vitest';
import type { StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { diversity, histogram, mostFrequent, streamTable, topK } from '../../../../schemas/index.ts';

const common = { source: userEvents, window: { length: '1 hour', slide: '30 minutes' } } as const;
const views = { where: { event_type: 'view' } } as const;

test('a histogram, the most frequent value and the diversity of a field have the same partials', () => {
  const table = streamTable({
    ...common,
    name: 'shared',
    features: {
      usual: mostFrequent('platform'),
      variety: diversity('platform'),
      by_platform: histogram('platform', { over: '30 minutes' }),
    },
  });
  expect(aggregationsOf(table.definition)).toBe(1);
});

test('features with another limit or filter, and lists of the most frequent values, have partials of their own', () => {
  const table = streamTable({
    ...common,
    name: 'apart',
    features: {
      usual: mostFrequent('platform'),
      top: topK('platform', { k: 1 }),
      variety: diversity('platform', views),
      by_platform: histogram('platform', { exactUpTo: 2_000 }),
    },
  });
  expect(aggregationsOf(table.definition)).toBe(4);
});

function aggregationsOf(table: StreamTableDefinition): number {
  return compileStreamTable(table, userEvents.definition).aggregations.length;
}
