import type { RowKey } from '../../adapters/redis/keys.ts';
import type { OnlineReader } from '../../adapters/redis/online-reader.ts';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import {
  type Generation,
  type Publication,
  publicationAsOf,
  visibleRow,
} from '../../domain/online/online-row.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import type { LookupMetadata, RequestRecord } from '../../schemas/serving/invocation.ts';
import type { ServedLookup } from '../catalogue/endpoint.ts';
import { invalidFields } from './invalid-fields.ts';

/** A record's features, and how those that had to be looked up were found. */
export interface LookedUp {
  readonly values: Record<string, FeatureValue>;
  readonly metadata: LookupMetadata[];
}

interface Need extends RowKey {
  readonly record: number;
  readonly lookup: ServedLookup;
}

/**
 * The features of records as of a moment, all of them in one round trip to the online store. A feature that a record
 * itself has, even as null, is taken from there.
 *
 * @throws AsofError `ASOF_REQUEST_INVALID` naming the fields that lack a key; `ASOF_ONLINE_TABLE_UNPUBLISHED`.
 */
export async function lookUpFeatures(
  reader: OnlineReader,
  lookups: readonly ServedLookup[],
  records: readonly RequestRecord[],
  asOf: Instant,
): Promise<LookedUp[]> {
  const needs = neededRows(lookups, records);
  const tables = [...new Set(needs.map(({ table }) => table))];
  const results = records.map((record) => ({ values: givenValues(lookups, record), metadata: [] }));
  if (needs.length === 0) return results;
  const { pointers, generations } = await reader.read(tables, needs);
  const publications = new Map(
    tables.map((table) => {
      const pointer = pointers.get(table);
      return [table, (pointer && publicationAsOf(pointer, asOf)) ?? unpublished(table)] as const;
    }),
  );
  needs.forEach((need, index) => {
    const publication = publications.get(need.table)!;
    take(results[need.record]!, need.lookup, publication, generations[index]!, asOf);
  });
  return results;
}

function neededRows(lookups: readonly ServedLookup[], records: readonly RequestRecord[]): Need[] {
  const needs: Need[] = [];
  const problems: { field: string; record: number; problem: string }[] = [];
  records.forEach((record, index) => {
    for (const lookup of lookups) {
      if (lookup.features.every(({ as }) => Object.hasOwn(record, as))) continue;
      const key = lookup.lookupKeys.map((name) => (Object.hasOwn(record, name) ? record[name] : undefined));
      lookup.lookupKeys.forEach((field, part) => {
        if (typeof key[part] === 'string' && key[part] !== '') return;
        const problem = key[part] == null ? 'is missing' : 'must be a text that is not empty';
        if (!problems.some((known) => known.field === field && known.record === index))
          problems.push({
            field,
            record: index,
            problem: `${problem}; look-ups in '${lookup.table}' need it`,
          });
      });
      needs.push({ record: index, lookup, table: lookup.table, key: key as string[] });
    }
  });
  if (problems.length > 0) throw invalidFields(problems);
  return needs;
}

function givenValues(lookups: readonly ServedLookup[], record: RequestRecord): Record<string, FeatureValue> {
  const values: Record<string, FeatureValue> = {};
  for (const { features } of lookups) {
    for (const { as } of features) if (Object.hasOwn(record, as)) values[as] = record[as] as FeatureValue;
  }
  return values;
}

/** Adds what one look-up gives to what is there. */
function take(
  { values, metadata }: LookedUp,
  { table, features, lookback }: ServedLookup,
  publication: Publication,
  generations: readonly Generation[],
  asOf: Instant,
): void {
  const row = visibleRow(generations, publication, asOf, lookback);
  const nulls: string[] = [];
  for (const { feature, as, default: otherwise } of features) {
    if (Object.hasOwn(values, as)) continue;
    const position = publication.features.indexOf(feature);
    if (position < 0) throw lacksFeature(table, feature);
    const value = row ? row.values[position]! : otherwise;
    if (row && value === null) nulls.push(as);
    values[as] = value;
  }
  metadata.push({
    table,
    status: row ? (nulls.length > 0 ? 'found_null' : 'found') : 'not_found',
    feature_ts: row ? formatInstant(row.featureTs) : null,
    version: row?.version ?? null,
    nulls,
  });
}

function unpublished(table: string): never {
  throw new AsofError(
    'ASOF_ONLINE_TABLE_UNPUBLISHED',
    `nothing of feature table '${table}' is in the online store yet; run: npx asof online refresh ${table}`,
    { details: { table } },
  );
}

function lacksFeature(table: string, feature: string): AsofError {
  return new AsofError(
    'ASOF_ONLINE_FEATURE_MISSING',
    `feature table '${table}' was published without '${feature}'; run: npx asof online refresh ${table}`,
    { details: { table, feature } },
  );
}
