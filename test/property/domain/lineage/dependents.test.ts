import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type DependencyFacts,
  type DependentVersion,
  dependentsOf,
  isInUse,
  versionsTrainedOn,
} from '../../../../domain/lineage/dependents.ts';
import { DefinitionSet } from '../../../../domain/registry/definition-set.ts';
import type { Definition } from '../../../../domain/registry/definition.ts';
import { dependentNames } from '../../../oracle/lineage/dependents.ts';
import { forAll } from '../../support/for-all.ts';

test('the definitions that depend on one are those of the oracle, each after what it is built on', () => {
  forAll(dependencyFacts, (facts) => {
    for (const { kind, name } of facts.registered.definitions) {
      const { definitions } = dependentsOf(facts, { kind, name });
      expect(new Set(definitions.map((one) => one.name))).toEqual(dependentNames(facts, name));
      const known = [name];
      for (const one of definitions) {
        expect(known).toContain(one.on.name);
        known.push(one.name);
      }
      expect(new Set(known).size).toBe(known.length);
    }
  });
});

test('the sets and versions that depend on a table are those whose manifest names it, used where an alias or an endpoint says so', () => {
  forAll(dependencyFacts, (facts) => {
    for (const name of TABLES) {
      const { kind } = facts.registered.findFeatureTable(name)!;
      const { trainingSets, models } = dependentsOf(facts, { kind, name });
      const made = facts.sets.filter(({ definitions }) => JSON.stringify(definitions).includes(`"${name}"`));
      expect(trainingSets.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
      const trained = made.flatMap(({ id }) => versionsTrainedOn(facts, id));
      expect(named(models)).toEqual(named(trained));
      for (const { name: model, version, ...uses } of models) {
        const isNamed = (one: { model: string; version: number }): boolean =>
          one.model === model && one.version === version;
        expect(isInUse(uses)).toBe(facts.served.some(isNamed) || facts.aliases.some(isNamed));
      }
    }
  });
});

test('an online table is used by the versions that endpoints serve and that were trained on its table', () => {
  forAll(dependencyFacts, (facts) => {
    for (const { kind, name, table } of facts.registered.ofKind('online_table')) {
      const { models, trainingSets } = dependentsOf(facts, { kind, name });
      const of = dependentsOf(facts, { kind: facts.registered.featureTable(table).kind, name: table });
      expect(named(models)).toEqual(named(of.models.filter(({ endpoints }) => endpoints.length > 0)));
      expect(trainingSets).toEqual([]);
    }
  });
});

function named(versions: readonly DependentVersion[]): string[] {
  return versions.map(({ name, version }) => `${name}/${version}`).sort();
}

const TABLES = ['windows', 'days', 'scores'] as const;

/** What the functions read of a definition. */
const definition = (one: object): Definition => one as Definition;

const lookups = fc
  .subarray([...TABLES])
  .map((tables) => tables.map((table) => ({ table, features: [], lookupKeys: [], lookback: null })));

const definitions = fc
  .record({
    references: fc.subarray(['products', 'users']),
    online: fc.subarray([...TABLES]),
    sets: fc.tuple(lookups, lookups),
    modelSet: fc.constantFrom('set_0', 'set_1'),
    features: lookups,
  })
  .map(({ references, online, sets, modelSet, features }) => [
    definition({ kind: 'event_source', name: 'shop' }),
    definition({ kind: 'event_source', name: 'other' }),
    definition({ kind: 'reference_table', name: 'products' }),
    definition({ kind: 'reference_table', name: 'users' }),
    definition({ kind: 'stream_table', name: 'windows', source: 'shop' }),
    definition({ kind: 'batch_table', name: 'days', source: 'shop', references }),
    definition({ kind: 'external_table', name: 'scores' }),
    ...online.map((table) => definition({ kind: 'online_table', name: `online_${table}`, table })),
    ...sets.map((one, at) => definition({ kind: 'training_set', name: `set_${at}`, lookups: one })),
    definition({ kind: 'model', name: 'model', trainingSet: modelSet }),
    definition({ kind: 'endpoint', name: 'serves', model: 'model', lookups: null }),
    definition({ kind: 'endpoint', name: 'answers', model: null, lookups: features }),
  ]);

const versions = fc.array(fc.record({ tables: fc.subarray([...TABLES]), isAliased: fc.boolean() }), {
  maxLength: 4,
});

const dependencyFacts: fc.Arbitrary<DependencyFacts> = fc
  .record({ definitions, versions, served: fc.nat({ max: 5 }) })
  .map(({ definitions, versions, served }) => {
    const registered = new DefinitionSet(definitions);
    const sets = versions.map(({ tables }, at) => ({
      id: `ts_${at}`,
      trainingSet: 'set_0',
      rows: 1,
      sha256: '',
      cut: '1',
      spine: { path: '', sha256: '' },
      definitions: tables.map((name) => ({
        kind: registered.featureTable(name).kind,
        name,
        version: 1,
        sha256: '',
      })),
    }));
    return {
      registered,
      sets,
      models: sets.map(({ id }, at) => ({ name: 'model', version: at + 1, trainingSetId: id })),
      served:
        served >= 1 && served <= sets.length ? [{ endpoint: 'serves', model: 'model', version: served }] : [],
      aliases: versions.flatMap(({ isAliased }, at) =>
        isAliased ? [{ model: 'model', version: at + 1, alias: 'champion' }] : [],
      ),
    };
  });
