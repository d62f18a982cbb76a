import type { RowKey } from '../../adapters/redis/keys.ts';
import type { OnlineReader, UnreadableValue } from '../../adapters/redis/online-reader.ts';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type OnlineRow } from '../../domain/online/online-row.ts';
import { type Pointer, type Publication, publicationAsOf } from '../../domain/online/publication.ts';
import { visibleRow } from '../../domain/online/visible-row.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import type { LookupMetadata } from '../../schemas/serving/invocation.ts';
import type { RequestRecord } from '../../schemas/serving/request-body.ts';
import type { ServedLookup } from '../catalogue/endpoint.ts';
import { FieldProblems } from './field-problems.ts';
import { givenValues } from './given-values.ts';

/** A record's features, and how the looked-up ones were found. */
export interface LookedUp {
  readonly values: Record<string, FeatureValue>;
  readonly metadata: LookupMetadata[];
}

/** A row to read for a record. */
interface Need extends RowKey {
  readonly record: number;
  readonly lookup: ServedLookup;
}

/**
 * Looks up the features of records as of a moment, in one round trip to the online store. A feature that is
 * given in the record, even as null, is not looked up. A row that is unreadable has the status `unreadable`,
 * and leaves the other records as they are.
 *
 * @throws AsofError `ASOF_REQUEST_INVALID`, with the missing key fields in `details`;
 * `ASOF_ONLINE_TABLE_UNPUBLISHED`; `ASOF_ONLINE_FEATURE_MISSING`; `ASOF_ONLINE_VALUE_UNREADABLE` if that is
 * so of what says which rows are published.
 */
export async function lookUpFeatures(
  reader: OnlineReader,
  lookups: readonly ServedLookup[],
  records: readonly RequestRecord[],
  asOf: Instant,
): Promise<LookedUp[]> {
  const needs = neededRows(lookups, records);
  const tables = [...new Set(needs.map(({ table }) => table))];
  const names = lookups.flatMap(({ features }) => features.map(({ as }) => as));
  const results = records.map((record) => ({ values: givenValues(record, names), metadata: [] }));
  if (needs.length === 0) return results;
  const { pointers, generations } = await reader.read(tables, needs);
  const publications = new Map(
    tables.map((table) => [table, publicationOf(table, pointers.get(table), asOf)] as const),
  );
  needs.forEach((need, index) => {
    const publication = publications.get(need.table)!;
    const stored = generations[index]!;
    const row =
      stored === 'unreadable' ? stored : visibleRow(stored, publication, asOf, need.lookup.lookback);
    addLookedUp(results[need.record]!, need.lookup, publication, row);
  });
  return results;
}

function publicationOf(
  table: string,
  pointer: Pointer | UnreadableValue | undefined,
  asOf: Instant,
): Publication {
  if (pointer === 'unreadable') throw unreadable([table]);
  return (pointer && publicationAsOf(pointer, asOf)) ?? unpublished(table);
}

function neededRows(lookups: readonly ServedLookup[], records: readonly RequestRecord[]): Need[] {
  const needs: Need[] = [];
  const problems = new FieldProblems();
  records.forEach((record, index) => {
    for (const lookup of lookups) {
      if (lookup.features.every(({ as }) => Object.hasOwn(record, as))) continue;
      const key = lookup.lookupKeys.map((name) => (Object.hasOwn(record, name) ? record[name] : undefined));
      lookup.lookupKeys.forEach((field, part) => {
        if (typeof key[part] === 'string' && key[part] !== '') return;
        const problem = key[part] == null ? 'is missing' : 'must be a text that is not empty';
        problems.add(field, index, `${problem}; look-ups in '${lookup.table}' need it`);
      });
      needs.push({ record: index, lookup, table: lookup.table, key: key as string[] });
    }
  });
  problems.throwIfAny();
  return needs;
}

/**
 * Adds the features of one lookup's row, and how it was found. A row that is undefined gives the defaults; of
 * one that is unreadable, every feature is null.
 */
function addLookedUp(
  { values, metadata }: LookedUp,
  { table, features }: ServedLookup,
  publication: Publication,
  row: OnlineRow | UnreadableValue | undefined,
): void {
  const isWhole = row !== 'unreadable' && row?.values.length === publication.features.length;
  const found = isWhole ? row : undefined;
  const nulls: string[] = [];
  for (const { feature, as, default: otherwise } of features) {
    if (Object.hasOwn(values, as)) continue;
    const index = publication.features.indexOf(feature);
    if (index < 0) throw lacksFeature(table, feature);
    const value = found ? found.values[index]! : row === undefined ? otherwise : null;
    if (row !== undefined && value === null) nulls.push(as);
    values[as] = value;
  }
  const feature_ts = found ? formatInstant(found.featureTs) : null;
  const status =
    row === undefined ? 'not_found' : !found ? 'unreadable' : nulls.length > 0 ? 'found_null' : 'found';
  metadata.push({ table, status, feature_ts, version: found?.version ?? null, nulls });
}

/** The error for what Asof did not write, in the online store's keys of these tables. */
export function unreadable(tables: readonly string[]): AsofError {
  const names = [...new Set(tables)];
  return new AsofError(
    'ASOF_ONLINE_VALUE_UNREADABLE',
    `the online store holds something of feature table ${names.map((name) => `'${name}'`).join(', ')} that Asof did not write; ` +
      `find out who else writes to it, and run: npx asof online refresh ${names[0]} --snapshot`,
    { details: { tables: names } },
  );
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
