import sql, { type Sql, join, raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { keyInWords } from '../../domain/errors/quoted.ts';
import { isNumeric } from '../../domain/features/feature-types.ts';
import { FIT_NUMBER, MAX_WHOLE } from '../../domain/features/fit-number.ts';
import type { BatchTableDefinition, TypedFeatureDefinition } from '../../domain/registry/definition.ts';
import { ident } from '../sql/identifier.ts';

/** A number or vector that a feature cannot have, with the primary keys of its row. */
export interface UnfitNumber {
  readonly feature: string;
  readonly value: string;
  readonly key: readonly string[];
}

/**
 * A scalar subquery: a number, or a vector, of the rows of `relation` that its feature cannot have, as JSON; null if
 * none.
 */
export function unfitNumber({ primaryKeys, features }: BatchTableDefinition, relation: Sql): Sql {
  const numbers = features.filter(
    (feature: TypedFeatureDefinition) => isNumeric(feature.type) || isQueriedVector(feature),
  );
  if (numbers.length === 0) return sql`NULL::jsonb`;
  const cases = numbers.map(
    (feature) => sql`WHEN ${isUnfit(feature)}
      THEN jsonb_build_object('feature', ${feature.name}::text, 'value', left(${ident(feature.name)}::text, ${raw(String(LONGEST_SHOWN))}))`,
  );
  const keys = join(primaryKeys.map((key) => ident(key)));
  return sql`(
    SELECT CASE ${join(cases, ' ')} END || jsonb_build_object('key', ARRAY[${keys}]) FROM ${relation}
    WHERE ${join(numbers.map(isUnfit), ' OR ')} LIMIT 1)`;
}

/** A vector that is computed from day tiles has no length of its own, and always fits. */
function isQueriedVector({ type, length }: TypedFeatureDefinition): boolean {
  return type === 'double[]' && length !== undefined;
}

function isUnfit({ name, type, length }: TypedFeatureDefinition): Sql {
  const column = ident(name);
  if (type !== 'double[]') return sql`${column} NOT BETWEEN ${type === 'bigint' ? WHOLE : FINITE}`;
  return sql`(array_dims(${column}) IS DISTINCT FROM ${`[1:${length}]`}::text AND ${column} IS NOT NULL
    OR array_position(${column}, NULL) IS NOT NULL OR ${column} && ${NOT_FINITE})`;
}

/** The start of a vector is enough to know it by. */
const LONGEST_SHOWN = 200;
const NOT_FINITE = raw(`'{NaN,Infinity,-Infinity}'::double precision[]`);
const WHOLE = raw(`-${MAX_WHOLE} AND ${MAX_WHOLE}`);
/** Postgres sorts NaN after Infinity, so it lies outside too. */
const FINITE = raw(`-${Number.MAX_VALUE}::double precision AND ${Number.MAX_VALUE}::double precision`);

function expectedOf(feature: TypedFeatureDefinition | undefined): string {
  return feature?.length === undefined ? FIT_NUMBER : `expected a list of ${feature.length} finite numbers`;
}

/** The error for a batch query that gives such a number. */
export function numberRefused(
  { name, features }: BatchTableDefinition,
  { feature, value, key }: UnfitNumber,
  when: string,
): AsofError {
  return new AsofError(
    'ASOF_NUMBER_UNFIT',
    `batch table '${name}': feature '${feature}' is ${value} in the row of ${keyInWords(key)} as of ${when}; ` +
      `${expectedOf(features.find((one) => one.name === feature))}. Nothing was written. Give null where there is no number (nullif for a divisor), or text for an id; ` +
      'then run: npx asof apply',
    { details: { table: name, feature, value, key } },
  );
}
