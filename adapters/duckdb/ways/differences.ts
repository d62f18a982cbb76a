import type { DuckDBConnection } from '@duckdb/node-api';
import type { FeatureDifference, TrainingSetWay } from '../../../domain/training/manifest.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import { foundTable, joinAsOf, spineFields } from '../as-of-join.ts';
import { candidatesOf } from '../candidates.ts';
import { foundValue } from '../found-value.ts';
import { joinAsWay } from './join-as-way.ts';
import { type TimedLookup, keysOf, timedTable } from './version-starts.ts';

/** A lookup whose values in another way are compared with those that were found. */
export interface ComparedLookup extends Omit<TimedLookup, 'way'> {
  readonly columns: readonly SpineColumn[];
  /** The way of the build, and the other. The tables `starts_…` of those that ask since when are there. */
  readonly built: TrainingSetWay;
  readonly other: TrainingSetWay;
}

/** The table with the numbers of the spine rows that differ in a way. A row may be there several times. */
function differingTable(other: TrainingSetWay): string {
  return `differing_${other.replace('-', '_')}`;
}

/**
 * Compares what a lookup found with what it finds in another way. Only keys of which a version starts late or is
 * superseded can differ, so that the others are not joined again.
 *
 * @returns the features that differ. The rows are added to {@link differingTable}.
 */
export async function compareWays(
  connection: DuckDBConnection,
  lookup: ComparedLookup,
): Promise<FeatureDifference[]> {
  const { index, plan, columns, built, other } = lookup;
  const name = `${index}_${other.replace('-', '_')}`;
  const [touched, rows, found] = [`touched_${name}`, `touched_spine_${name}`, `other_${name}`];
  const keys = keysOf(plan).join(', ');
  const { keys: spineKeys } = spineFields(plan, columns);
  const changing = [built, other]
    .filter((way) => way !== 'latest')
    .map((way) => changingKeys({ index, plan, way }));
  await connection.run(`CREATE TABLE ${touched} AS ${changing.join(' UNION ')}`);
  if ((await countRows(connection, touched)) === 0) return [];
  await connection.run(`
    CREATE VIEW ${rows} AS SELECT * FROM spine WHERE (${spineKeys.join(', ')}) IN (SELECT (${keys}) FROM ${touched})`);
  const join = { index, plan, columns, hasVersions: true, rows, into: found };
  await (other === 'latest' ? joinAsOf(connection, join) : joinAsWay(connection, { ...join, way: other }));
  return differencesIn(connection, lookup, { rows, found });
}

/** The keys of which a version does not count from when it is visible on, for ever. */
function changingKeys(lookup: TimedLookup): string {
  const keys = keysOf(lookup.plan);
  const isSame = [...keys, 'ts', 'written']
    .map((column) => `start.${column} = version.${column}`)
    .join(' AND ');
  return `
    SELECT ${keys.join(', ')} FROM ${candidatesOf(lookup.index)} AS version
    WHERE NOT EXISTS (
      FROM ${timedTable('starts', lookup)} AS start
      WHERE ${isSame} AND start.start = start.ts + ${lookup.plan.availableAfter} AND start.superseded IS NULL)`;
}

async function differencesIn(
  connection: DuckDBConnection,
  { index, plan: { features }, other }: ComparedLookup,
  { rows, found }: { readonly rows: string; readonly found: string },
): Promise<FeatureDifference[]> {
  const compared = `compared_${index}_${other.replace('-', '_')}`;
  const values = features.flatMap((feature, at) => [
    `${foundValue('here', feature, at)} AS h${at}`,
    `${foundValue('there', feature, at)} AS t${at}`,
  ]);
  const differs = (at: number): string => `h${at} IS DISTINCT FROM t${at}`;
  await connection.run(`
    CREATE TABLE ${compared} AS SELECT * FROM (
      SELECT spine.n, ${values.join(', ')} FROM ${rows} AS spine
        LEFT JOIN ${foundTable(index)} AS here USING (n) LEFT JOIN ${found} AS there USING (n))
    WHERE ${features.map((_, at) => differs(at)).join(' OR ')}`);
  await connection.run(`
    CREATE TABLE IF NOT EXISTS ${differingTable(other)} (n BIGINT);
    INSERT INTO ${differingTable(other)} SELECT n FROM ${compared}`);
  const measures = features.flatMap(({ type }, at) => [
    `count(*) FILTER (WHERE ${differs(at)})::DOUBLE`,
    ...['avg', 'max'].map((measure) =>
      type === 'double' || type === 'bigint'
        ? `${measure}(abs(h${at}::DOUBLE - t${at}::DOUBLE)) FILTER (WHERE ${differs(at)})`
        : 'NULL::DOUBLE',
    ),
  ]);
  const read = await connection.runAndReadAll(`SELECT ${measures.join(', ')} FROM ${compared}`);
  const measured = read.getRows()[0] as (number | null)[];
  return features
    .map(({ as }, at) => {
      const [count, mean, max] = measured.slice(at * 3, at * 3 + 3);
      return { feature: as, rows: count!, meanSize: sizeOf(mean), maxSize: sizeOf(max) };
    })
    .filter(({ rows: count }) => count > 0);
}

/** To six digits: a mean of doubles depends on the order in which they are added. JSON has no infinity. */
function sizeOf(size: number | null | undefined): number | null {
  return size === null || size === undefined || !Number.isFinite(size) ? null : Number(size.toPrecision(6));
}

/** How many rows differ in a way, in any lookup. */
export async function countDiffering(connection: DuckDBConnection, other: TrainingSetWay): Promise<number> {
  await connection.run(`CREATE TABLE IF NOT EXISTS ${differingTable(other)} (n BIGINT)`);
  return countRows(connection, `(SELECT DISTINCT n FROM ${differingTable(other)})`);
}

async function countRows(connection: DuckDBConnection, relation: string): Promise<number> {
  const read = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${relation}`);
  return read.getRows()[0]![0] as number;
}
