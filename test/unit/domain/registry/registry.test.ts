import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../../../../client/registry/load-definitions.ts';
import { DEFINITION_KINDS } from '../../../../domain/registry/definition-kinds.ts';
import type { Definition } from '../../../../domain/registry/definition.ts';
import { Registry } from '../../../../domain/registry/registry.ts';

const { definitions: example } = await loadDefinitions('examples/churn/definitions');

const registryOf = (definitions: readonly Definition[]) =>
  new Registry(
    definitions.map((definition, index) => ({ definition, version: index + 1, sha256: `${index}` })),
  );

const registry = registryOf(example);
const empty = registryOf([]);
describe.each<[string, LookUp, string, string, string]>([
  ['event source', (of, name) => of.source(name), 'user-events', 'ASOF_SOURCE_UNKNOWN', "'user-events'"],
  [
    'stream table',
    (of, name) => of.streamTable(name),
    'user_activity_features',
    'ASOF_TABLE_UNKNOWN',
    "'user_activity_features'",
  ],
  [
    'batch table',
    (of, name) => of.batchTable(name),
    'transaction_features',
    'ASOF_TABLE_UNKNOWN',
    "'transaction_features', 'user_profile_features'",
  ],
  [
    'feature table',
    (of, name) => of.featureTable(name),
    'user_profile_features',
    'ASOF_TABLE_UNKNOWN',
    "'transaction_features', 'user_activity_features', 'user_profile_features'",
  ],
  [
    'reference table',
    (of, name) => of.referenceTable(name),
    'users',
    'ASOF_TABLE_UNKNOWN',
    "'products', 'users'",
  ],
  ['training set', (of, name) => of.trainingSet(name), 'churn', 'ASOF_TRAINING_SET_UNKNOWN', "'churn'"],
  [
    'model',
    (of, name) => of.model(name),
    'user_churn_model',
    'ASOF_DEFINITION_UNKNOWN',
    "'user_churn_model'",
  ],
  [
    'online table',
    (of, name) => of.onlineTable(name),
    'user_activity_features',
    'ASOF_ONLINE_TABLE_UNKNOWN',
    "'transaction_features', 'user_activity_features', 'user_profile_features'",
  ],
])('the look-up of a %s', (title, lookUp, name, code, known) => {
  test('finds it by its name', () => {
    expect(lookUp(registry, name).name).toBe(name);
  });

  test('says of another name which ones it knows, in order', () => {
    expect(() => lookUp(registry, 'x')).toThrow(
      expect.objectContaining({
        code,
        message: `there is no ${title} 'x'; known: ${known}. Check the name, or run: npx asof apply`,
      }),
    );
    expect(() => lookUp(empty, 'x')).toThrow(`there is no ${title} 'x'; known: none. Check the name`);
  });
});

test('definitions are in the order in which they are made, then by name, however they came', () => {
  const orderOf = ({ definitions }: Registry) => definitions.map(({ kind, name }) => `${kind} ${name}`);
  expect(orderOf(registryOf([...example].reverse()))).toEqual(orderOf(registry));
  const kinds = registry.definitions.map(({ kind }) => kind);
  expect([...new Set(kinds)]).toEqual(DEFINITION_KINDS);
  expect(registry.ofKind('reference_table').map(({ name }) => name)).toEqual(['products', 'users']);
});

test('a definition comes after those that it is defined on', () => {
  const namedBy = (definition: Definition): string[] => [
    ...('source' in definition ? [definition.source] : []),
    ...('references' in definition ? definition.references : []),
    ...('lookups' in definition ? (definition.lookups ?? []).map(({ table }) => table) : []),
    ...('trainingSet' in definition ? [definition.trainingSet] : []),
    ...('model' in definition ? [definition.model ?? []].flat() : []),
    ...('table' in definition ? [definition.table] : []),
  ];
  const { definitions } = registry;
  for (const [place, definition] of definitions.entries()) {
    const earlier = definitions.slice(0, place).map(({ name }) => name);
    expect(earlier, definition.name).toEqual(expect.arrayContaining(namedBy(definition)));
  }
});

test('a definition has the version and hash that it was registered with', () => {
  const source = example.find(({ kind }) => kind === 'event_source')!;
  const entry = { definition: source, version: 3, sha256: 'abc' };
  expect(new Registry([entry]).registered(source)).toEqual(entry);
});

test('a source has its revision, and 0 before its definitions have changed', () => {
  const revised = new Registry([], new Map([['user-events', '7']]));
  expect(revised.revisionOf('user-events')).toBe('7');
  expect(revised.revisionOf('clicks')).toBe('0');
});

type LookUp = (registry: Registry, name: string) => Definition;
