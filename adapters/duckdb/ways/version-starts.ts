import type { DuckDBConnection } from '@duckdb/node-api';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { TimedWay } from '../../../domain/training/manifest.ts';
import { candidatesOf } from '../candidates.ts';
import { timesOf } from './version-times.ts';

/** The lookup at `index`, in a way that asks since when a version counts. */
export interface TimedLookup {
  readonly index: number;
  readonly plan: LookupPlan;
  readonly way: TimedWay;
}

/** The name of a table of a lookup in a way. */
export function timedTable(what: string, { index, way }: TimedLookup): string {
  return `${what}_${index}_${way.replace('-', '_')}`;
}

/**
 * The place of a version among those of its key: by `feature_ts`, then by its write. It is one number, which is quick
 * to compare; a sequence has at most 62 bits.
 */
export function placeOf(ts: string, written: string): string {
  return `(${ts}::HUGEINT * 4611686018427387904 + ${written})`;
}

/**
 * Makes the table `starts_…` of the versions that count at some moment. Its columns: the keys, `ts`, `written`,
 * `superseded`, its `place`, since when it counts (`start`, inclusive) and until when (`ends`, exclusive; null: from then
 * on), and until when its start is assumed, `assumed_until` (null: it is not).
 *
 * As known: since its write was committed, and since it is visible. The first version of a row whose write is history,
 * or has records that all reached Kafka after the row became visible, counts as known since then. As served: since the
 * first sync that published its write, and since it is visible.
 */
export async function makeStarts(connection: DuckDBConnection, lookup: TimedLookup): Promise<void> {
  const keys = keysOf(lookup.plan);
  const visible = `(version.ts + ${lookup.plan.availableAfter})`;
  const time = lookup.way === 'as-known' ? 'known' : 'published';
  const isAssumed = `coalesce(
    (earlier.superseded IS NULL OR version.written < earlier.superseded)
      AND made.known > ${visible} AND (made.history OR made.record > ${visible}), false)`;
  const assumed = lookup.way === 'as-known' ? isAssumed : 'false';
  const isReadable = lookup.way === 'as-known' ? 'true' : 'made.published IS NOT NULL';
  const candidates = candidatesOf(lookup.index);
  await connection.run(`
    CREATE TABLE ${timedTable('starts', lookup)} AS
    WITH earlier AS (
      SELECT ${keys.join(', ')}, ts, min(superseded) AS superseded FROM ${candidates}
      WHERE superseded IS NOT NULL GROUP BY ALL
    )
    SELECT ${keys.map((key) => `version.${key}`).join(', ')}, version.ts, version.written, version.superseded,
      ${placeOf('version.ts', 'version.written')} AS place, CASE WHEN ${assumed} THEN made.known END AS assumed_until,
      CASE WHEN ${assumed} THEN ${visible} ELSE greatest(${visible}, made.${time}) END AS start,
      CASE WHEN replaced.${time} IS NOT NULL THEN greatest(${visible}, replaced.${time}) END AS ends
    FROM ${candidates} AS version
      LEFT JOIN ${timesOf(lookup.index)} AS made ON made.sequence = version.written
      LEFT JOIN ${timesOf(lookup.index)} AS replaced ON replaced.sequence = version.superseded
      LEFT JOIN earlier ON ${[...keys, 'ts'].map((column) => `earlier.${column} = version.${column}`).join(' AND ')}
    WHERE ${isReadable}`);
}

/** The columns of the primary keys in the relations of a lookup. */
export function keysOf({ primaryKeys }: LookupPlan): string[] {
  return primaryKeys.map((_, at) => `k${at}`);
}
