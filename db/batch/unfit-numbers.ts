import sql, { type Sql, join, raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { keyInWords } from '../../domain/errors/quoted.ts';
import { isNumeric } from '../../domain/features/feature-types.ts';
import { FIT_NUMBER, MAX_WHOLE } from '../../domain/features/fit-number.ts';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import { ident } from '../sql/identifier.ts';

/** A number that a feature cannot have, with the primary keys of its row. */
export interface UnfitNumber {
  readonly feature: string;
  readonly value: string;
  readonly key: readonly string[];
}

/** A scalar subquery: a number of the rows of `relation` that its feature cannot have, as JSON; null if none. */
export function unfitNumber({ primaryKeys, features }: BatchTableDefinition, relation: Sql): Sql {
  const numbers = features.filter(({ type }) => isNumeric(type));
  if (numbers.length === 0) return sql`NULL::jsonb`;
  const isUnfit = ({ name, type }: (typeof numbers)[number]): Sql =>
    sql`${ident(name)} NOT BETWEEN ${type === 'bigint' ? WHOLE : FINITE}`;
  const cases = numbers.map(
    (feature) => sql`WHEN ${isUnfit(feature)}
      THEN jsonb_build_object('feature', ${feature.name}::text, 'value', ${ident(feature.name)}::text)`,
  );
  const keys = join(primaryKeys.map((key) => ident(key)));
  return sql`(
    SELECT CASE ${join(cases, ' ')} END || jsonb_build_object('key', ARRAY[${keys}]) FROM ${relation}
    WHERE ${join(numbers.map(isUnfit), ' OR ')} LIMIT 1)`;
}

const WHOLE = raw(`-${MAX_WHOLE} AND ${MAX_WHOLE}`);
/** Postgres sorts NaN after Infinity, so it lies outside too. */
const FINITE = raw(`-${Number.MAX_VALUE}::double precision AND ${Number.MAX_VALUE}::double precision`);

/** The error for a batch query that gives such a number. */
export function numberRefused(
  { name }: BatchTableDefinition,
  { feature, value, key }: UnfitNumber,
  when: string,
): AsofError {
  return new AsofError(
    'ASOF_NUMBER_UNFIT',
    `batch table '${name}': feature '${feature}' is ${value} in the row of ${keyInWords(key)} as of ${when}; ` +
      `${FIT_NUMBER}. Nothing was written. Give null where there is no number (nullif for a divisor), or text for an id; ` +
      'then run: npx asof apply',
    { details: { table: name, feature, value, key } },
  );
}
