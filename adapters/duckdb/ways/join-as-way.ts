import type { DuckDBConnection } from '@duckdb/node-api';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import { foundFields, spineFields } from '../as-of-join.ts';
import { candidatesOf } from '../candidates.ts';
import { type TimedLookup, keysOf, placeOf, timedTable } from './version-starts.ts';

/** A lookup to join to spine rows, in a way that asks since when a version counts. */
export interface TimedJoin extends TimedLookup {
  readonly columns: readonly SpineColumn[];
  /** The relation with the spine rows: the table `spine`, or a part of it. */
  readonly rows: string;
  /** The name of the table to make, with the columns of `foundTable`, and whether it is `assumed` that the version was known by then. */
  readonly into: string;
}

/**
 * Joins each spine row with the version that counts at its observation timestamp: of those that have started, the one
 * with the greatest `feature_ts`, in its last version. A running maximum over the starts of a key says which that
 * is, so that one ASOF join finds it. Where that row has been removed by then, the others are asked.
 */
export async function joinAsWay(connection: DuckDBConnection, join: TimedJoin): Promise<void> {
  const keys = keysOf(join.plan);
  const { keys: spineKeys, moment } = spineFields(join.plan, join.columns);
  const isSameKey = (relation: string): string =>
    keys.map((key, at) => `spine.${spineKeys[at]!} = ${relation}.${key}`).join(' AND ');
  const [starts, marks, chosen] = [
    timedTable('starts', join),
    timedTable('marks', join),
    timedTable('chosen', join),
  ];
  await makeMarks(connection, join, keys);
  await connection.run(`
    CREATE TABLE ${chosen} AS SELECT spine.n, mark.place
    FROM ${join.rows} AS spine ASOF JOIN ${marks} AS mark ON ${isSameKey('mark')} AND spine.${moment} >= mark.start`);
  const ofVersion = [...keys, 'ts', 'written', 'assumed_until'];
  const lookback = join.plan.lookback === null ? 'true' : `read.ts > read.moment - ${join.plan.lookback}`;
  await connection.run(`
    CREATE TABLE ${join.into} AS
    WITH chosen AS (
      SELECT spine.*, chosen.place FROM ${chosen} AS chosen JOIN ${join.rows} AS spine USING (n)
    ), there AS (
      SELECT spine.n, spine.${moment} AS moment, ${ofVersion.map((column) => `version.${column}`).join(', ')}
      FROM chosen AS spine JOIN ${starts} AS version ON ${isSameKey('version')} AND version.place = spine.place
    ), removed AS (
      SELECT spine.n, spine.${moment} AS moment,
        ${ofVersion.map((column) => `arg_max_null(version.${column}, version.place) AS ${column}`).join(', ')}
      FROM (SELECT * FROM chosen ANTI JOIN there USING (n)) AS spine JOIN ${starts} AS version
        ON ${isSameKey('version')} AND version.start <= spine.${moment}
        AND (version.ends IS NULL OR version.ends > spine.${moment})
      GROUP BY ALL
    ), read AS (SELECT * FROM there UNION ALL SELECT * FROM removed)
    SELECT read.n, coalesce(read.moment < read.assumed_until, false) AS assumed, ${foundFields(join.plan).join(', ')}
    FROM read JOIN ${candidatesOf(join.index)} AS feature
      ON ${[...keys, 'ts', 'written'].map((column) => `feature.${column} = read.${column}`).join(' AND ')}
    WHERE ${lookback}`);
  await connection.run(`DROP TABLE ${chosen}`);
}

/** For each key: from which moment on which place is the greatest of those that have started, or been removed. */
async function makeMarks(
  connection: DuckDBConnection,
  join: TimedJoin,
  keys: readonly string[],
): Promise<void> {
  const starts = timedTable('starts', join);
  const names = keys.join(', ');
  const isSame = [...keys, 'ts'].map((column) => `next.${column} = version.${column}`).join(' AND ');
  await connection.run(`
    CREATE TABLE ${timedTable('marks', join)} AS
    WITH mark AS (
      SELECT ${names}, start, place FROM ${starts}
      UNION ALL
      SELECT ${names}, ends, ${placeOf('ts', 'superseded')} FROM ${starts} AS version
      WHERE ends IS NOT NULL
        AND NOT EXISTS (FROM ${starts} AS next WHERE ${isSame} AND next.written = version.superseded)
    ), latest AS (SELECT ${names}, start, max(place) AS place FROM mark GROUP BY ALL)
    SELECT ${names}, start, max(place) OVER (PARTITION BY ${names} ORDER BY start) AS place FROM latest`);
}

/** Counts the rows of a table that {@link joinAsWay} made, and those that are assumed. */
export async function countFound(
  connection: DuckDBConnection,
  found: string,
): Promise<{ found: number; assumed: number }> {
  const read = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, count(*) FILTER (WHERE assumed)::DOUBLE FROM ${found}`,
  );
  const [rows, assumed] = read.getRows()[0] as [number, number];
  return { found: rows, assumed };
}
