import { describe, expect, test } from 'vitest';
import { definitionsFrom } from '../../../../client/registry/load-definitions.ts';
import { DEFINITION_KINDS } from '../../../../domain/registry/definition-kinds.ts';
import type { Definition } from '../../../../domain/registry/definition.ts';
import { Registry } from '../../../../domain/registry/registry.ts';

const { definitions: example } = await definitionsFrom('examples/churn/definitions');

const registryOf = (definitions: readonly Definition[]) =>
  new Registry(
    definitions.map((definition, index) => ({ definition, version: index + 1, sha256: `${index}` })),
  );

const registry = registryOf(example);
const empty = registryOf([]);

describe.each<LookUpCase>([
  {
    title: 'event source',
    lookUp: (of, name) => of.source(name),
    name: 'user-events',
    code: 'ASOF_SOURCE_UNKNOWN',
    known: "'user-events'",
  },
  {
    title: 'stream table',
    lookUp: (of, name) => of.streamTable(name),
    name: 'user_activity_features',
    code: 'ASOF_TABLE_UNKNOWN',
    known: "'user_activity_features'",
  },
  {
    title: 'batch table',
    lookUp: (of, name) => of.batchTable(name),
    name: 'transaction_features',
    code: 'ASOF_TABLE_UNKNOWN',
    known: "'transaction_features', 'user_profile_features'",
  },
  {
    title: 'feature table',
    lookUp: (of, name) => of.featureTable(name),
    name: 'user_profile_features',
    code: 'ASOF_TABLE_UNKNOWN',
    known: "'transaction_features', 'user_activity_features', 'user_profile_features'",
  },
  {
    title: 'reference table',
    lookUp: (of, name) => of.referenceTable(name),
    name: 'users',
    code: 'ASOF_TABLE_UNKNOWN',
    known: "'products', 'users'",
  },
  {
    title: 'training set',
    lookUp: (of, name) => of.trainingSet(name),
    name: 'churn',
    code: 'ASOF_TRAINING_SET_UNKNOWN',
    known: "'churn'",
  },
  {
    title: 'model',
    lookUp: (of, name) => of.model(name),
    name: 'user_churn_model',
    code: 'ASOF_DEFINITION_UNKNOWN',
    known: "'user_churn_model'",
  },
  {
    title: 'online table',
    lookUp: (of, name) => of.onlineTable(name),
    name: 'user_activity_features',
    code: 'ASOF_ONLINE_TABLE_UNKNOWN',
    known: "'transaction_features', 'user_activity_features', 'user_profile_features'",
  },
])('the look-up of a $title', ({ title, lookUp, name, code, known }) => {
  test('finds a definition by its name', () => {
    expect(lookUp(registry, name).name).toBe(name);
  });

  test('lists the known names, sorted, if the name is unknown', () => {
    expect(() => lookUp(registry, 'x')).toThrow(
      expect.objectContaining({
        code,
        message: `there is no ${title} 'x'; known: ${known}. Check the name, or run: npx asof apply`,
      }),
    );
    expect(() => lookUp(empty, 'x')).toThrow(`there is no ${title} 'x'; known: none. Check the name`);
  });
});

test('definitions are sorted by the order in which they are made, then by name, whatever the given order', () => {
  const orderOf = ({ definitions }: Registry) => definitions.map(({ kind, name }) => `${kind} ${name}`);
  expect(orderOf(registryOf([...example].reverse()))).toEqual(orderOf(registry));
  const kinds = registry.definitions.map(({ kind }) => kind);
  expect([...new Set(kinds)]).toEqual(DEFINITION_KINDS.filter((kind) => kinds.includes(kind)));
  expect(registry.ofKind('reference_table').map(({ name }) => name)).toEqual(['products', 'users']);
});

test('a definition comes after those that it refers to', () => {
  const namedBy = (definition: Definition): string[] => [
    ...('source' in definition ? [definition.source] : []),
    ...('references' in definition ? definition.references : []),
    ...('lookups' in definition ? (definition.lookups ?? []).map(({ table }) => table) : []),
    ...('trainingSet' in definition ? [definition.trainingSet] : []),
    ...('model' in definition ? [definition.model ?? []].flat() : []),
    ...('table' in definition ? [definition.table] : []),
  ];
  const { definitions } = registry;
  for (const [index, definition] of definitions.entries()) {
    const earlier = definitions.slice(0, index).map(({ name }) => name);
    expect(earlier, definition.name).toEqual(expect.arrayContaining(namedBy(definition)));
  }
});

test('a definition has its registered version and hash', () => {
  const source = example.find(({ kind }) => kind === 'event_source')!;
  const entry = { definition: source, version: 3, sha256: 'abc' };
  expect(new Registry([entry]).registered(source)).toEqual(entry);
});

test('a source has its revision, which is 0 before the first change', () => {
  const revised = new Registry([], new Map([['user-events', '7']]));
  expect(revised.revisionOf('user-events')).toBe('7');
  expect(revised.revisionOf('clicks')).toBe('0');
});

interface LookUpCase {
  readonly title: string;
  readonly lookUp: (registry: Registry, name: string) => Definition;
  /** A name that the example defines. */
  readonly name: string;
  /** The code of the error for an unknown name. */
  readonly code: string;
  /** The names that the error lists. */
  readonly known: string;
}
