import type { Queryable } from '../../../../db/sql/client.ts';
import { visibleRows } from '../../../../db/tables/visible-rows.ts';
import { planFrom } from '../../../../db/training/load-training-set.ts';
import type { FeatureValue } from '../../../../domain/aggregation/aggregator.ts';
import type { ExpressionValue } from '../../../../domain/expressions/value.ts';
import { featureTypes } from '../../../../domain/features/feature-types.ts';
import { compileRequestFeatures } from '../../../../domain/features/request-features.ts';
import type { FieldValue } from '../../../../domain/log/event.ts';
import type { EventSourceDefinition, FieldType } from '../../../../domain/registry/definition.ts';
import type { Registry } from '../../../../domain/registry/registry.ts';
import type { Instant } from '../../../../domain/time/instant.ts';
import type { FeatureSpecification } from '../../../../domain/training/feature-specification.ts';
import type { LookupPlan } from '../../../../domain/training/lookup-plan.ts';
import type { EntityKey } from '../../../../domain/windows/stream-table.ts';

/** A visible feature row. Undefined: there is none. */
export type SeenRow =
  { readonly end: Instant; readonly values: Readonly<Record<string, FeatureValue>> } | undefined;

type NamedValues = Readonly<Record<string, FeatureValue>>;

/** An entity of a changed table, for which a model is asked. */
export interface AskedEntity {
  readonly key: EntityKey;
  /** The values of its newest event, by the fields of the source. */
  readonly event: Readonly<Record<string, FieldValue>>;
  /** The row of the table that is visible, before and after. */
  readonly before: SeenRow;
  readonly after: SeenRow;
}

/** The inputs of a model by name, from the registered table and from the changed one. */
export interface InputPair {
  readonly before: Readonly<Record<string, FeatureValue>>;
  readonly after: Readonly<Record<string, FeatureValue>>;
}

/** What inputs are made from. */
export interface InputContext {
  readonly registry: Registry;
  /** The table that changes. */
  readonly table: string;
  /** The features that it has then. */
  readonly changed: readonly string[];
  readonly moment: Instant;
}

/** What a model cannot be asked for, in words. */
export class NotAskable extends Error {}

/** Makes the inputs of a model for entities of a changed table, as of one moment. */
export class ModelInputs {
  readonly #registry: Registry;
  readonly #own: LookupPlan;
  readonly #others: readonly LookupPlan[];
  readonly #specification: FeatureSpecification;
  readonly #moment: Instant;
  readonly #compute: ReturnType<typeof compileRequestFeatures>;

  /**
   * @param changed the features of the changed table.
   * @throws NotAskable if entities of the table, with their newest events, do not say what the model needs.
   */
  constructor(specification: FeatureSpecification, { registry, table, changed, moment }: InputContext) {
    const plans = specification.lookups.map((lookup) => planFrom(registry, lookup));
    const own = plans.filter((plan) => plan.table === table);
    if (own.length !== 1) throw new NotAskable(`it looks up ${table} ${own.length} times, not once`);
    this.#own = own[0]!;
    this.#others = plans.filter((plan) => plan !== this.#own);
    const gone = this.#own.features.find(({ feature }) => !changed.includes(feature));
    if (gone) throw new NotAskable(`it looks up ${table}.${gone.feature}, which goes away`);
    requireFields(
      specification,
      this.#own,
      this.#others,
      registry.source(registry.streamTable(table).source),
    );
    this.#registry = registry;
    this.#specification = specification;
    this.#moment = moment;
    this.#compute = compileRequestFeatures(specification.requestFeatures ?? []);
  }

  /** Whether the model would find a row of the entity, before or after. */
  finds({ before, after }: AskedEntity): boolean {
    return this.#counts(before) || this.#counts(after);
  }

  /** Whether a row is recent enough for the model. */
  #counts(row: SeenRow): boolean {
    const { lookback } = this.#own;
    return row !== undefined && (lookback === null || row.end > this.#moment - lookback);
  }

  /** The inputs for each entity. Reads the other tables in one statement each. */
  async of(db: Queryable, entities: readonly AskedEntity[]): Promise<InputPair[]> {
    const given = entities.map((entity) => this.#given(entity));
    for (const plan of this.#others) {
      const keys = given.map((values) => plan.lookupKeys.map((name) => String(values[name] ?? '')));
      const rows = await visibleRows(db, { ...plan, features: this.#typesOf(plan) }, keys, this.#moment);
      rows.forEach((row, at) => addRow(given[at]!, plan, row));
    }
    return entities.map(({ before, after }, at) => ({
      before: this.#inputs(given[at]!, this.#counts(before) ? before?.values : undefined),
      after: this.#inputs(given[at]!, this.#counts(after) ? after?.values : undefined),
    }));
  }

  /** What is known of an entity beside the looked-up features: its key, and the rest of its newest event by name. */
  #given({ key, event }: AskedEntity): Record<string, ExpressionValue> {
    const { requestFields = [] } = this.#specification;
    const names = [
      ...requestFields.map(({ name }) => name),
      ...this.#others.flatMap((plan) => plan.lookupKeys),
    ];
    const values: Record<string, ExpressionValue> = {};
    for (const name of names) values[name] = event[name] as ExpressionValue;
    this.#own.lookupKeys.forEach((name, part) => (values[name] = key[part]!));
    return values;
  }

  #inputs(
    given: Readonly<Record<string, ExpressionValue>>,
    row: NamedValues | undefined,
  ): Record<string, FeatureValue> {
    const values = { ...given };
    addRow(values, this.#own, row);
    this.#compute({ values, moment: this.#moment });
    return values as Record<string, FeatureValue>; // no input of a model is a time
  }

  #typesOf({ table, features }: LookupPlan) {
    const definition = this.#registry.featureTable(table);
    const types = featureTypes(definition, this.#registry.sourceOf(definition));
    return new Map(features.map(({ feature }) => [feature, types.get(feature)!]));
  }
}

function addRow(
  values: Record<string, ExpressionValue>,
  { features }: LookupPlan,
  row: NamedValues | undefined,
): void {
  for (const { feature, as, vector, default: otherwise } of features) {
    const value = row?.[feature] ?? null;
    if (!row) values[as] = otherwise;
    else values[as] = vector ? ((value as readonly number[] | null)?.[vector.component] ?? null) : value;
  }
}

/** Which fields of an event may stand for a field of a request. */
const STANDS_FOR: Readonly<Record<string, readonly FieldType[]>> = {
  string: ['string'],
  double: ['double', 'integer'],
  integer: ['integer'],
  boolean: ['boolean'],
  timestamp: ['timestamp'],
};

function requireFields(
  { requestFields = [] }: FeatureSpecification,
  own: LookupPlan,
  others: readonly LookupPlan[],
  { name, fields }: EventSourceDefinition,
): void {
  const needed = [
    ...requestFields.map((field) => [field.name, field.type] as const),
    ...others.flatMap((plan) => plan.lookupKeys).map((key) => [key, 'string'] as const),
  ];
  for (const [needs, type] of needed) {
    if (own.lookupKeys.includes(needs)) continue;
    const field = fields.find((one) => one.name === needs);
    if (!field || !STANDS_FOR[type]!.includes(field.type))
      throw new NotAskable(`it needs ${needs}, which no event of ${name} says`);
  }
}
