import { expect, test } from 'vitest';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import type { EventSourceDefinition, StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import { TILE_COLUMNS } from '../../../../domain/registry/reserved-columns.ts';
import { transactionFeatures } from '../../../../examples/churn/definitions/transaction-features.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userChurnModel } from '../../../../examples/churn/definitions/user-churn-model.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import { queriedTransactions } from '../../../support/definitions/queried-tables.ts';

const source = userEvents.definition;
const table = userActivityFeatures.definition;
const feature = { name: 'f', aggregate: 'sum', field: 'revenue', where: null, over: null } as const;
const optionalText = { name: 'note', type: 'string', required: false } as const;
const month = { length: '30 days', slide: '5 minutes', tail: '8 hours' };
const lastPlatform = { name: 'p', aggregate: 'last', field: 'platform', where: null, over: null } as const;

test.each<[string, Partial<EventSourceDefinition>, RegExp]>([
  ['an invalid name', { name: 'User Events' }, /'User Events' is not a name Asof can use; expected a letter/],
  [
    'an entity that is not a field',
    { entity: 'customer' },
    /'customer' must be a required string field.*\n.*entity/,
  ],
  [
    'an event time of another type',
    { eventTime: 'user_id' },
    /'user_id' must be a required timestamp field.*\n.*eventTime/,
  ],
  [
    'an invalid duration',
    { allowedLateness: '10' },
    /'10' is not a duration; write a whole number.*\n.*allowedLateness/,
  ],
  [
    'an invalid limit',
    { maxBehind: 'never' },
    /'never' is not a duration; .*, or 'none' for no limit.*\n.*maxBehind/,
  ],
  [
    'a column that Asof writes',
    { fields: [...source.fields, { name: 'kafka_ts', type: 'string', required: false }] },
    /'kafka_ts' is a column that Asof writes itself; rename.*\n.*fields\[7\]/,
  ],
  ['no partitions', { topicPartitions: 0 }, /topicPartitions/],
  [
    'a column that Postgres writes',
    { fields: [...source.fields, { name: 'xmin', type: 'string', required: false }] },
    /'xmin' is a column that Postgres writes itself; take another name.*\n.*fields\[7\]/,
  ],
  [
    'a duration beyond all calendars',
    { allowedLateness: '999999999 days' },
    /'999999999 days' is too long; a duration is at most 36525 days.*\n.*allowedLateness/,
  ],
  [
    'more fields than a row holds',
    { fields: [...source.fields, ...numbered(1_000, { type: 'double' as const, required: false })] },
    /a row with its 1007 columns can take 8\d\d\d bytes, and Postgres stores at most 8160.*\n.*fields/,
  ],
  [
    'a path that is none',
    // As JavaScript may give it: the compiler lets only places through.
    { fields: [...source.fields, { ...optionalText, from: 'a..b' as unknown as string[] }] },
    /not a place in a record; expected a path such as 'context.user.id'.*\n.*fields\[7\].from/,
  ],
  [
    'an unknown time zone',
    { fields: [...source.fields, { name: 't', type: 'timestamp', required: false, zone: 'Europe/Pari' }] },
    /'Europe\/Pari' is not a time zone; .*\n.*fields\[7\].zone/,
  ],
  [
    'a unit of a text',
    { fields: [...source.fields, { ...optionalText, unit: 'seconds' }] },
    /'note' has a unit and is no timestamp.*\n.*fields\[7\]/,
  ],
  [
    'a scale of a text',
    { fields: [...source.fields, { ...optionalText, scale: 2 }] },
    /'note' has a scale and is no decimal.*\n.*fields\[7\]/,
  ],
  [
    'a scale beside coerce',
    {
      fields: [...source.fields, { name: 'd', type: 'decimal', required: false, scale: 2, coerce: true }],
    },
    /'d' has a scale and coerce; its texts are bytes or numbers, not both/,
  ],
  [
    'a format that is not read',
    { format: 'protobuf' as EventSourceDefinition['format'] },
    /Protobuf is not read; have the producer, or a connector on the topic, write one of 'json'.*\n.*format/,
  ],
  [
    'a format that is none',
    { format: 'xml' as EventSourceDefinition['format'] },
    /'xml' is no format; expected one of 'json', 'registry_json', 'avro'.*\n.*format/,
  ],
  [
    'a field in an envelope that the source does not have',
    { fields: [...source.fields, { ...optionalText, from: { envelope: ['op'] } }] },
    /'note' comes from the envelope of a list or a change, and the source has neither explode nor unwrap.*\n.*fields/,
  ],
  [
    'a list of events in an envelope',
    { unwrap: { envelope: 'connect' }, explode: ['batch'] },
    /explode does not go with unwrap; begin its path at the record, as 'payload.batch'.*\n.*explode/,
  ],
  [
    'a list of events in Avro',
    { format: 'avro', explode: ['batch'] },
    /explode reads lists in JSON, and the format is avro.*\n.*explode/,
  ],
  [
    'an envelope that is none',
    { unwrap: { envelope: 'maxwell' } as unknown as EventSourceDefinition['unwrap'] },
    /unwrap\.envelope/,
  ],
  [
    'a filter on an unknown field',
    { where: { op: 'not', of: { op: 'is_null', field: 'country' } } },
    /'country' is not a field of the source.*\n.*where/,
  ],
  [
    'a filter by a value of another type',
    { where: { op: 'in', field: 'revenue', values: [1, '2'] } },
    /'revenue' is a double, and is compared with '2'; expected a number.*\n.*where/,
  ],
  [
    'a filter by a value that no event has',
    {
      fields: [...source.fields, { name: 'price', type: 'decimal', required: false }],
      where: { op: 'equals', field: 'price', value: '12.50' },
    },
    /'price' is a decimal, and is never '12.50'; write '12.5'.*\n.*where/,
  ],
  [
    'a path that begins with an index',
    { fields: [...source.fields, { ...optionalText, from: [0, 'id'] }] },
    /not a place in a record.*\n.*fields\[7\].from/,
  ],
  [
    'a filter that compares times',
    { where: { op: 'equals', field: 'event_ts', value: '2026-01-01' } },
    /'event_ts' is a timestamp, and is compared with '2026-01-01'; expected another time.*\n.*where/,
  ],
  [
    'duplicates by an unknown field',
    { deduplicate: { by: ['event_id'], within: '1 hour' } },
    /'event_id' is not a field of the source.*\n.*deduplicate\.by/,
  ],
  [
    'duplicates within zero time',
    { deduplicate: { by: ['session_id'], within: '0 seconds' } },
    /must be longer than zero.*\n.*deduplicate\.within/,
  ],
])('a source is refused with %s', (_what, change, message) => {
  expect(messageOf({ ...source, ...change })).toMatch(message);
});

test.each<[string, Partial<StreamTableDefinition>, RegExp]>([
  [
    'an unknown source',
    { source: 'clicks' },
    /'user_activity_features'.*'clicks' is not among the definitions; export it/,
  ],
  [
    'a slide that does not divide the length',
    { window: { length: '1 hour', slide: '25 minutes' } },
    /must divide the length.*\n.*window/,
  ],
  [
    'many slides that do not divide the length',
    { window: { length: '10 days', slide: '7 minutes' } },
    /✖ the slide must divide the length, at most 96 times$/m,
  ],
  [
    'too many slides',
    { window: { length: '30 days', slide: '5 minutes' } },
    /at most 96 times; a longer window has a tail.*of at least 450 minutes/,
  ],
  [
    'a tail that the slide does not divide',
    { window: { length: '30 days', slide: '7 minutes', tail: '8 hours' } },
    /the tail must be a multiple of the slide, 7 minutes/,
  ],
  [
    'a tail that does not divide the length',
    { window: { length: '31 days', slide: '5 minutes', tail: '9 hours' } },
    /the length must be a multiple of the tail, 9 hours/,
  ],
  [
    'too many tails',
    { window: { length: '30 days', slide: '5 minutes', tail: '1 hour' } },
    /at most 96 tails; take a tail of at least 450 minutes/,
  ],
  [
    'a tail of a short window',
    { window: { length: '8 hours', slide: '5 minutes', tail: '1 hour' } },
    /at most 96 slides needs no tail: it is exact to the slide; leave the tail out/,
  ],
  [
    'a long span that is not a multiple of the tail',
    {
      window: { length: '30 days', slide: '5 minutes', tail: '8 hours' },
      features: [{ ...feature, over: '20 hours' }],
    },
    /over '20 hours' is more than 96 slides, so it must be a multiple of the tail, 8 hours, and at most/,
  ],
  [
    'a short span that is not a multiple of the slide',
    {
      window: { length: '30 days', slide: '5 minutes', tail: '8 hours' },
      features: [{ ...feature, over: '7 minutes' }],
    },
    /over '7 minutes' must be a multiple of the slide, 5 minutes, and at most/,
  ],
  [
    'a slide of zero',
    { window: { length: '1 hour', slide: '0 minutes' } },
    /longer than zero.*\n.*window\.slide/,
  ],
  [
    'a key that is not a text',
    { primaryKeys: ['revenue'] },
    /primary key 'revenue' must be a string field of source 'user-events'/,
  ],
  [
    'an unknown field',
    { features: [{ ...feature, field: 'price' }] },
    /feature 'f': sum needs a double, integer or decimal field.*'price'/,
  ],
  [
    'a sum of texts',
    { features: [{ ...feature, field: 'platform' }] },
    /feature 'f': sum needs a double, integer or decimal field.*'platform'/,
  ],
  [
    'a filter of another type',
    { features: [{ ...feature, where: { revenue: 'high' } }] },
    /where names 'revenue', which is not a string field/,
  ],
  [
    'a ratio of an unknown feature',
    { features: [feature, { name: 'r', expression: { op: 'divide', of: ['f', 'g'] } }] },
    /'g' is not a numeric feature of this table; expected one of f, r/,
  ],
  [
    'a sum with a text',
    { features: [feature, lastPlatform, { name: 's', expression: { op: 'add', of: ['f', 'p'] } }] },
    /feature 's': 'p' is not a numeric feature of this table; expected one of f, s/,
  ],
  [
    'features that depend on each other',
    {
      features: [
        feature,
        { name: 'a', expression: 'b' },
        { name: 'b', expression: { op: 'add', of: [1, 'a'] } },
      ],
    },
    /features 'a', 'b' are made of each other in a circle/,
  ],
  [
    'a span that is not a multiple of the slide',
    { features: [{ ...feature, over: '20 minutes' }] },
    /feature 'f': over '20 minutes' must be a multiple of the slide, 15 minutes, and at most the table's length, 1 hour/,
  ],
  ['a span beyond the window', { features: [{ ...feature, over: '2 hours' }] }, /over '2 hours' must be/],
  [
    'a list of length zero',
    { features: [{ ...lastPlatform, aggregate: 'last_k', k: 0 }] },
    /expected number to be >=1.*\n.*features\[0\]\.k/,
  ],
  [
    'a share above one',
    { features: [{ ...feature, aggregate: 'quantile', quantile: 50 }] },
    /expected number to be <=1.*\n.*features\[0\]\.quantile/,
  ],
  [
    'a column that Asof writes',
    { features: [{ ...feature, name: 'feature_ts' }] },
    /'feature_ts' is a column that Asof writes itself/,
  ],
  ['two columns with one name', { features: [feature, feature] }, /two columns 'f'; rename one/],
  [
    'more features than a row holds',
    { features: numbered(1_040, { ...feature, aggregate: 'count' as const, field: null }) },
    /'user_activity_features': a row with its 1041 columns can take 8\d\d\d bytes.*divide the columns/,
  ],
  [
    'longer lists than a tile holds',
    { features: numbered(33, { ...lastPlatform, aggregate: 'last_k' as const, k: 1_000 }) },
    /its lists hold up to 33000 values, and a tile has room for 32000; lower k and bound/,
  ],
  [
    'an exact count of fewer values than its sketch',
    { features: [{ ...lastPlatform, aggregate: 'count_distinct', exactUpTo: 100 }] },
    /expected number to be >=1024.*\n.*exactUpTo/,
  ],
  [
    'more keys than an index holds',
    { primaryKeys: Array.from({ length: 31 }, () => 'user_id') },
    /expected array to have <=30 items.*\n.*primaryKeys/,
  ],
  [
    'more keys than an index of tiles of two sizes holds',
    { primaryKeys: Array.from({ length: 30 }, () => 'user_id'), window: month },
    /a table with a tail has at most 29 primary keys, got 30; take fewer/,
  ],
])('a table is refused with %s', (_what, change, message) => {
  expect(messageOf(source, { ...table, ...change })).toMatch(message);
});

test.each(TILE_COLUMNS)('a key cannot be named as the column %s of tiles', (key) => {
  const keyed = { ...source, fields: [...source.fields, { name: key, type: 'string', required: false }] };
  const window = key === 'of_tail' ? month : table.window;
  expect(messageOf(keyed, { ...table, primaryKeys: [key], window })).toContain(
    `primary key '${key}' is a column that Asof writes itself; rename the field`,
  );
});

/** So many things that differ in their names. */
function numbered<Thing extends object>(count: number, thing: Thing): (Thing & { readonly name: string })[] {
  return Array.from({ length: count }, (_, index) => ({ ...thing, name: `n_${index}` }));
}

test('two sources cannot share a raw event table', () => {
  expect(messageOf(source, { ...source, name: 'user.events' })).toMatch(
    /event source 'user-events': would share the name user_events with event source 'user.events'/,
  );
});

test('a stream and a batch table may not share rows, nor two online tables a feature table', () => {
  const online = { kind: 'online_table', name: 'now', table: table.name };
  const batch = { ...queriedTransactions.definition, name: table.name, references: [] };
  expect(messageOf(source, table, batch, online, { ...online, name: 'soon' }).split('\n')).toEqual([
    'the definitions do not fit together:',
    "✖ stream table 'user_activity_features': would share the name user_activity_features with batch table 'user_activity_features'; rename one",
    "✖ online table 'now': would share the name features.user_activity_features online with online table 'soon'; rename one",
  ]);
});

test('what a definition is made from must be among the definitions', () => {
  const lookup = { table: 'nothing', features: [], lookupKeys: [], lookback: null };
  const lookedUp = {
    ...lookup,
    features: [{ feature: 'f', as: 'f', default: null }],
    lookupKeys: ['user_id'],
  };
  const spine = { keys: ['user_id'], timestamp: 'at', label: 'label', split: null };
  const model = { ...userChurnModel.definition, name: 'm', trainingSet: 'nothing' };
  expect(
    messageOf(
      { ...transactionFeatures.definition, name: 'batch', references: ['nothing'] },
      { kind: 'endpoint', name: 'e', model: 'nothing', lookups: null },
      model,
      { kind: 'training_set', name: 't', spine, lookups: [lookedUp] },
      { kind: 'online_table', name: 'o', table: 'nothing' },
      source,
    ).split('\n'),
  ).toEqual([
    'the definitions do not fit together:',
    "✖ batch table 'batch': its reference table 'nothing' is not among the definitions",
    "✖ online table 'o': there is no feature table 'nothing' among the definitions",
    "✖ training set 't': there is no feature table 'nothing' among the definitions",
    "✖ model 'm': there is no training set 'nothing' among the definitions",
    "✖ endpoint 'e': there is no model 'nothing' among the definitions",
  ]);
});

test('all problems are listed at once', () => {
  const message = messageOf(source, {
    ...table,
    primaryKeys: ['revenue'],
    features: [{ ...feature, field: 'price' }],
  });
  expect(message.match(/✖/g)).toHaveLength(2);
});

function messageOf(...definitions: unknown[]): string {
  try {
    definitionSet(definitions);
  } catch (error) {
    expect(error).toBeInstanceOf(AsofError);
    expect(error).toMatchObject({ code: 'ASOF_DEFINITION_INVALID', kind: 'input' });
    return (error as AsofError).message;
  }
  throw new Error('the definitions are valid');
}
