import fc from 'fast-check';
import type { LineageFacts } from '../../../../domain/lineage/facts.ts';
import type {
  AggregateFeature,
  BatchTableDefinition,
  Definition,
  EventSourceDefinition,
  ExternalTableDefinition,
  FeatureDefinition,
  FeatureLookup,
  ReferenceTableDefinition,
  StreamTableDefinition,
} from '../../../../domain/registry/definition.ts';

const FIELDS = ['user_id', 'product_id', 'at', 'kind', 'revenue', 'platform'] as const;
const COUNTED = ['revenue', 'platform', 'kind'] as const;

const source = (version: number): EventSourceDefinition =>
  ({
    kind: 'event_source',
    name: 'shop-events',
    topic: 'shop',
    entity: 'user_id',
    eventTime: 'at',
    fields: FIELDS.map((name) => ({ name, type: 'string', required: true })),
    ...(version === 2 && { where: { op: 'equals', field: 'platform', value: 'web' } }),
  }) as unknown as EventSourceDefinition;

const reference = (name: string, key: string): ReferenceTableDefinition => ({
  kind: 'reference_table',
  name,
  primaryKeys: [key],
  fields: [key, 'tier'].map((field) => ({ name: field, type: 'string', required: true })),
});

const REFERENCES = [reference('users', 'user_id'), reference('products', 'product_id')];

const filters = fc.constantFrom<AggregateFeature['where']>(
  null,
  { kind: 'purchase' },
  { expression: { op: 'in', field: 'platform', values: ['web', 'app'] } },
);

/** Features `f0`, `f1`…, of which an expression reads any that come before it. */
function features(columns: readonly string[]): fc.Arbitrary<FeatureDefinition[]> {
  const draws = fc.record({
    isDerived: fc.boolean(),
    field: fc.constantFrom(null, ...COUNTED, ...columns),
    where: filters,
    reads: fc.array(fc.nat(), { minLength: 2, maxLength: 2 }),
    column: fc.option(fc.constantFrom(...columns, ''), { nil: '' }),
  });
  return fc.array(draws, { minLength: 1, maxLength: 5 }).map((drawn) =>
    drawn.map(({ isDerived, field, where, reads, column }, index): FeatureDefinition => {
      const name = `f${index}`;
      if (!isDerived || index === 0)
        return {
          name,
          aggregate: field === null ? 'count' : 'most_frequent',
          field,
          where,
          over: null,
        };
      const operands = [...reads.map((read) => `f${read % index}`), ...(column === '' ? [] : [column])];
      return { name, expression: { op: 'add', of: operands } };
    }),
  );
}

const streamTables = features([]).map(
  (features): Definition =>
    ({
      kind: 'stream_table',
      name: 'windows',
      source: 'shop-events',
      primaryKeys: ['user_id'],
      window: { length: '1 hour', slide: '15 minutes' },
      features,
    }) as unknown as StreamTableDefinition,
);

const daily = {
  kind: 'batch_table',
  source: 'shop-events',
  references: ['users', 'products'],
  primaryKeys: ['user_id'],
};

const tiledTables = fc
  .record({ features: features(['users.tier', 'products.tier']), hidden: fc.nat({ max: 2 }) })
  .map(({ features, hidden }): Definition => {
    const first = Math.min(hidden, features.length - 1);
    const intermediate = features.slice(0, first);
    return {
      ...daily,
      name: 'days',
      features: features.slice(first),
      intermediate,
    } as unknown as BatchTableDefinition;
  });

const queriedTables = fc.subarray([...FIELDS, 'tier']).map((named): Definition => {
  const sql = `SELECT e.user_id, max(0 ${named.map((name) => `+ length(${name}::text)`).join(' ')}) AS f0 FROM events e, count(*) GROUP BY 1`;
  return {
    ...daily,
    references: ['products'],
    name: 'queried',
    features: [{ name: 'f0', type: 'double' }],
    sql,
  } as unknown as BatchTableDefinition;
});

const scores: ExternalTableDefinition = {
  kind: 'external_table',
  name: 'scores',
  primaryKeys: ['user_id'],
  timestamp: { column: 'at' },
  availableAfter: '0 seconds',
  features: [{ name: 'f0', type: 'double' }],
};

const ENDPOINT: Definition = { kind: 'endpoint', name: 'shop', model: 'model', lookups: null };

type Drawn = readonly { readonly definition: Definition; readonly version: number }[];

function versionsOf(definitions: fc.Arbitrary<Definition>): fc.Arbitrary<Drawn> {
  return fc
    .array(definitions, { minLength: 1, maxLength: 2 })
    .map((all) => all.map((definition, index) => ({ definition, version: index + 1 })));
}

const tables = fc.tuple(
  versionsOf(streamTables),
  versionsOf(tiledTables),
  versionsOf(queriedTables),
  fc.constant<Drawn>([{ definition: scores, version: 1 }]),
);

interface Choice {
  readonly versions: readonly number[];
  readonly isLookedUp: readonly boolean[];
  readonly picks: readonly number[];
}

const choices: fc.Arbitrary<Choice> = fc.record({
  versions: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  isLookedUp: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  picks: fc.array(fc.nat(), { minLength: 2, maxLength: 2 }),
});

/** Registries with several versions of tables, training sets that were built from any of them, and models of these. */
export const randomFacts: fc.Arbitrary<LineageFacts> = fc
  .tuple(tables, fc.array(choices, { minLength: 1, maxLength: 3 }))
  .map(([tables, choices]) => {
    const sources = [1, 2].map((version) => ({ definition: source(version), version }));
    const references = REFERENCES.map((definition) => ({ definition, version: 1 }));
    const built = choices.map((choice, index) => setOf(tables, choice, index + 1));
    return {
      definitions: [
        ...sources,
        ...references,
        ...tables.flat(),
        ...built.map(({ definition }) => definition),
        { definition: ENDPOINT, version: 1 },
      ],
      sets: built.map(({ set }) => set),
      models: built.map(({ set }, index) => ({ name: 'model', version: index + 1, trainingSetId: set.id })),
      served: [{ endpoint: 'shop', model: 'model', version: built.length }],
    };
  });

function setOf(tables: readonly Drawn[], { versions, isLookedUp, picks }: Choice, version: number) {
  const chosen = tables.flatMap((drawn, index) =>
    isLookedUp[index] ? [drawn[versions[index]! % drawn.length]!] : [],
  );
  const lookups = chosen.map(({ definition }): FeatureLookup => {
    const { name, features } = definition as StreamTableDefinition;
    const names = new Set(picks.map((pick) => features[pick % features.length]!.name));
    const picked = [...names].map((feature) => ({ feature, as: `${name}_${feature}`, default: null }));
    return { table: name, features: picked, lookupKeys: ['user_id'], lookback: null };
  });
  const definition = {
    definition: {
      kind: 'training_set' as const,
      name: 'set',
      spine: { keys: ['user_id'], timestamp: 'at', label: 'label', split: null },
      lookups,
    },
    version,
  };
  const definitions = [definition, ...chosen].map(({ definition: { kind, name }, version }) => ({
    kind,
    name,
    version,
    sha256: '',
  }));
  const spine = { path: 'labels.csv', sha256: `spine ${version}` };
  const set = { id: `ts_${version}`, trainingSet: 'set', rows: 1, sha256: '', cut: '1', spine, definitions };
  return { definition, set };
}
