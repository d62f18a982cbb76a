import type { RequestFieldType } from '../../../domain/registry/definition.ts';
import { SPLITS } from '../../../domain/registry/spine-definition.ts';
import type { GivenColumn } from '../../../domain/training/spine.ts';

/** A column of a file, as SQL. A text is never null; a moment is in microseconds since 1970, with the format of its text. */
export type PlainSource =
  | { readonly kind: 'text' | 'integer' | 'double' | 'boolean'; readonly sql: string }
  | { readonly kind: 'moment'; readonly sql: string; readonly format: string };

/** Fails the statement. */
const OTHERWISE = "ELSE error('no plain value') END";

const CLOCK = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?`;
const MOMENT = String.raw`[12]\d{3}-\d\d-\d\d([T ]${CLOCK}(Z|\+00(:00)?)?)?`;
const NUMBER = String.raw`-?\d{1,15}(\.\d{1,30})?`;
const WHOLE = String.raw`-?\d{1,15}(\.0{1,9})?`;
const MAX_WHOLE = Number.MAX_SAFE_INTEGER;
/** The moments from the year 1000 up to the year 10000. */
const [FIRST_MOMENT, END_OF_MOMENTS] = [-30_610_224_000_000_000, 253_402_300_800_000_000];

/**
 * The SQL of the value that a column of the spine has in the spine table. It fails for a value that is not in one
 * of the plain forms, be it wrong or only rare. The parser of spines then tells.
 */
export function plainValue(column: GivenColumn, source: PlainSource): string {
  const text = textOf(source);
  switch (column.role) {
    case 'key':
      return `CASE WHEN ${text} <> '' THEN ${text} ${OTHERWISE}`;
    case 'other':
      return text;
    case 'split':
      return `CASE WHEN ${text} IN (${SPLITS.map((split) => `'${split}'`).join(', ')}) THEN ${text} ${OTHERWISE}`;
    case 'timestamp':
      return momentOf(source);
    case 'label':
      return labelOf(source);
    case 'request':
    case 'given': {
      const { type, required } = column.field;
      if (required) return fieldOf(type, source);
      const isMissing = source.kind === 'text' ? `${text} = ''` : `${source.sql} IS NULL`;
      return `CASE WHEN ${isMissing} THEN NULL ELSE ${fieldOf(type, source)} END`;
    }
  }
}

function fieldOf(type: RequestFieldType, source: PlainSource): string {
  switch (type) {
    case 'string':
      return `CASE WHEN ${textOf(source)} <> '' THEN ${textOf(source)} ${OTHERWISE}`;
    case 'timestamp':
      return momentOf(source);
    case 'boolean':
      return truthOf(source);
    case 'integer':
      return wholeOf(source);
    case 'double':
      return `${numberOf(source)} + 0`; // −0 becomes 0
  }
}

/** Null is an empty text. Doubles are texts as JavaScript writes them, as far as DuckDB does too. */
function textOf(source: PlainSource): string {
  const { kind, sql } = source;
  switch (kind) {
    case 'text':
      return sql;
    case 'integer':
      return `coalesce(${sql}::VARCHAR, '')`;
    case 'double':
      return `CASE WHEN ${sql} IS NULL THEN '' WHEN ${isWhole(sql)} THEN ${sql}::BIGINT::VARCHAR
        WHEN abs(${sql}) BETWEEN 1e-4 AND 1e15 THEN ${sql}::VARCHAR ${OTHERWISE}`;
    case 'boolean':
      return `CASE WHEN ${sql} IS NULL THEN '' WHEN ${sql} THEN 'true' ELSE 'false' END`;
    case 'moment':
      return `CASE WHEN ${sql} IS NULL THEN '' ELSE strftime(make_timestamp(${momentOf(source)}), '${source.format}') END`;
  }
}

function momentOf(source: PlainSource): string {
  const { kind, sql } = source;
  if (kind === 'moment')
    return `CASE WHEN ${sql} >= ${FIRST_MOMENT} AND ${sql} < ${END_OF_MOMENTS} THEN ${sql} ${OTHERWISE}`;
  const text = textOf(source);
  return `CASE WHEN ${fits(text, MOMENT)} THEN epoch_us(${text}::TIMESTAMP) ${OTHERWISE}`;
}

function labelOf(source: PlainSource): string {
  if (source.kind === 'boolean')
    return `CASE WHEN ${source.sql} THEN 1 WHEN NOT ${source.sql} THEN 0 ${OTHERWISE}`;
  return source.kind === 'text'
    ? `CASE WHEN ${fits(source.sql, NUMBER)} THEN ${source.sql}::DOUBLE ELSE ${truthOf(source)}::DOUBLE END`
    : numberOf(source);
}

/** A number that is exact everywhere. */
function numberOf(source: PlainSource): string {
  const { kind, sql } = source;
  if (kind === 'integer') return `CASE WHEN ${isSafe(sql)} THEN ${sql}::DOUBLE ${OTHERWISE}`;
  if (kind === 'double')
    return `CASE WHEN isfinite(${sql}) AND (${sql} <> trunc(${sql}) OR ${isSafe(sql)}) THEN ${sql} + 0 ${OTHERWISE}`;
  const text = textOf(source);
  return `CASE WHEN ${fits(text, NUMBER)} THEN ${text}::DOUBLE ${OTHERWISE}`;
}

function wholeOf(source: PlainSource): string {
  const { kind, sql } = source;
  if (kind === 'integer') return `CASE WHEN ${isSafe(sql)} THEN ${sql}::BIGINT ${OTHERWISE}`;
  if (kind === 'double') return `CASE WHEN ${isWhole(sql)} THEN ${sql}::BIGINT ${OTHERWISE}`;
  const text = textOf(source);
  return `CASE WHEN ${fits(text, WHOLE)} THEN ${text}::DOUBLE::BIGINT ${OTHERWISE}`;
}

function truthOf(source: PlainSource): string {
  if (source.kind === 'boolean') return `CASE WHEN ${source.sql} IS NOT NULL THEN ${source.sql} ${OTHERWISE}`;
  const word = `lower(${textOf(source)})`;
  return `CASE WHEN ${word} IN ('true', 't') THEN true WHEN ${word} IN ('false', 'f') THEN false ${OTHERWISE}`;
}

function isWhole(number: string): string {
  return `${number} = trunc(${number}) AND ${isSafe(number)}`;
}

function isSafe(number: string): string {
  return `abs(${number}) <= ${MAX_WHOLE}`;
}

function fits(text: string, pattern: string): string {
  return `regexp_full_match(${text}, '${pattern}')`;
}
