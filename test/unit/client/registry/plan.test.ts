import { describe, expect, test } from 'vitest';
import { type Existing, planChanges } from '../../../../client/registry/plan.ts';
import { DefinitionSet } from '../../../../domain/registry/definition-set.ts';
import type {
  EventSourceDefinition,
  ExternalTableDefinition,
  StreamTableDefinition,
} from '../../../../domain/registry/definition.ts';
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

const plan = (existing: Existing, changed: { source?: object; table?: object } = {}) =>
  steps(existing, changed).map(({ action, what }) => `${action} ${what}`);

const steps = (existing: Existing, changed: { source?: object; table?: object }) =>
  planChanges(
    new DefinitionSet([
      { ...source, ...changed.source },
      { ...table, ...changed.table },
    ]),
    existing,
  );

describe('planChanges', () => {
  test('makes everything if nothing exists', () => {
    expect(plan(nothing)).toEqual([
      'create event source user-events',
      'create Kafka topic user-events with 4 partitions',
      'create stream table features.user_activity_features on user-events',
    ]);
  });

  test('does nothing if everything exists', () => {
    expect(plan(applied)).toEqual([]);
  });

  test('makes only the topic again if it is gone', () => {
    expect(plan({ ...applied, topics: [] })).toEqual(['create Kafka topic user-events with 4 partitions']);
  });

  test.each([
    [
      'a new optional field',
      { source: { fields: [...source.fields, { name: 'country', type: 'string', required: false }] } },
    ],
    ['more lateness', { source: { allowedLateness: '30 minutes' } }],
    ['a later visibility', { table: { availableAfter: '5 minutes' } }],
  ])('accepts a change that keeps every row right: %s', (_, changed) => {
    expect(plan(applied, changed)).toEqual([expect.stringMatching(/^change /)]);
  });

  test.each([
    [
      'the removal of a field',
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
  ])('refuses %s, and says what to do instead', (_, changed, message) => {
    const refused = steps(applied, changed).flatMap((step) => step.refused ?? []);
    expect(refused).toHaveLength(1);
    expect(refused[0]!.message).toMatch(message);
    expect(refused[0]!.message).toMatch(/Nothing was applied\. Give the new shape a name of its own/);
  });

  test('changes when a row of an external table is visible and how its times are read, and nothing else', () => {
    const scores: ExternalTableDefinition = {
      kind: 'external_table',
      name: 'scores',
      primaryKeys: ['customer'],
      timestamp: { column: 'at' },
      availableAfter: '0 seconds',
      features: [{ name: 'score', type: 'double' }],
    };
    const change = (changed: Partial<ExternalTableDefinition>) =>
      planChanges(new DefinitionSet([{ ...scores, ...changed }]), {
        ...nothing,
        registered: new DefinitionSet([scores]),
      });
    const accepted: Partial<ExternalTableDefinition>[] = [
      { availableAfter: '1 hour' },
      { timestamp: { column: 'scored_at', unit: 'seconds' } },
      { retention: { history: '1 day' } },
    ];
    for (const changed of accepted)
      expect(change(changed)).toMatchObject([{ what: 'external table features.scores', action: 'change' }]);
    for (const changed of accepted) expect(change(changed)[0]!.refused).toBeUndefined();
    const refused: Partial<ExternalTableDefinition>[] = [
      { primaryKeys: ['client'] },
      { features: [{ name: 'score', type: 'string' }] },
    ];
    for (const changed of refused)
      expect(change(changed)[0]!.refused!.message).toMatch(/table 'scores'.*its keys or features change/);
  });

  test('says of a table whose source has been read that its past will be filled in', () => {
    expect(plan({ ...applied, registered: new DefinitionSet([source]) })).toEqual([
      'create stream table features.user_activity_features on user-events, filled from the events that were read so far',
    ]);
  });
});
