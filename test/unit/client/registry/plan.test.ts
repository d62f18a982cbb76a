import { describe, expect, test } from 'vitest';
import { type Existing, planChanges } from '../../../../client/registry/plan.ts';
import { DefinitionSet } from '../../../../domain/registry/definition-set.ts';
import type { EventSourceDefinition, StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

const source: EventSourceDefinition = userEvents.definition;
const table: StreamTableDefinition = userActivityFeatures.definition;
const nothing: Existing = {
  registered: new DefinitionSet([]),
  sourceVersions: [],
  topics: [],
  sourcesRead: new Set(),
};
const applied: Existing = {
  registered: new DefinitionSet([source, table]),
  sourceVersions: [source],
  topics: [source.topic],
  sourcesRead: new Set([source.name]),
};

describe('planChanges', () => {
  test('a plan for an empty system creates everything', () => {
    expect(plan(nothing)).toEqual([
      'create event source user-events',
      'create Kafka topic user-events with 4 partitions',
      'create stream table features.user_activity_features on user-events',
    ]);
  });

  test('a plan for a complete system is empty', () => {
    expect(plan(applied)).toEqual([]);
  });

  test('a plan for a missing topic creates that topic only', () => {
    expect(plan({ ...applied, topics: [] })).toEqual(['create Kafka topic user-events with 4 partitions']);
  });

  test.each([
    [
      'a new optional field',
      { source: { fields: [...source.fields, { name: 'country', type: 'string', required: false }] } },
    ],
    ['more lateness', { source: { allowedLateness: '30 minutes' } }],
    ['a later visibility', { table: { availableAfter: '5 minutes' } }],
  ])('a plan takes a change that leaves every row right: %s', (_, changed) => {
    expect(plan(applied, changed)).toEqual([expect.stringMatching(/^change /)]);
  });

  test.each([
    [
      'a field that goes away',
      { source: { fields: source.fields.slice(0, -2).concat(source.fields.at(-1)!) } },
      /field 'platform' goes away, and table 'user_activity_features' reads it/,
    ],
    [
      'a new required field',
      { source: { fields: [...source.fields, { name: 'country', type: 'string', required: true }] } },
      /'country' is required/,
    ],
    ['another topic', { source: { topic: 'clicks' } }, /topic changes from 'user-events' to 'clicks'/],
    [
      'another window',
      { table: { window: { length: '2 hours', slide: '15 minutes' } } },
      /its keys, window or features change/,
    ],
  ])('a plan refuses %s and says what to do instead', (_, changed, message) => {
    expect(() => plan(applied, changed)).toThrow(message);
    expect(() => plan(applied, changed)).toThrow(
      /Nothing was applied\. Give the new shape a name of its own/,
    );
  });

  test('a plan says that a new table of a source that has been read will be filled', () => {
    expect(plan({ ...applied, registered: new DefinitionSet([source]) })).toEqual([
      'create stream table features.user_activity_features on user-events, filled from the events that were read so far',
    ]);
  });
});

function plan(existing: Existing, changed: { source?: object; table?: object } = {}) {
  return planChanges(
    new DefinitionSet([
      { ...source, ...changed.source },
      { ...table, ...changed.table },
    ]),
    existing,
  ).map(({ action, what }) => `${action} ${what}`);
}
