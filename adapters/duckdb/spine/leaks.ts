import type { DuckDBConnection } from '@duckdb/node-api';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import { SPLIT_PAIRS, type SplitLeaks, splitPairs } from '../../../domain/training/split-leaks.ts';
import { spineField } from '../spine-table.ts';

/**
 * Counts what leaks between the splits of the spine. Undefined without a split column.
 *
 * @param keys the columns that tell entities apart.
 */
export async function countLeaks(
  connection: DuckDBConnection,
  keys: readonly string[],
  columns: readonly SpineColumn[],
): Promise<SplitLeaks | undefined> {
  const fieldWhere = (isWanted: (column: SpineColumn) => boolean): string =>
    spineField(columns.findIndex(isWanted));
  if (!columns.some(({ role }) => role === 'split')) return undefined;
  const split = fieldWhere(({ role }) => role === 'split');
  const moment = fieldWhere(({ role }) => role === 'timestamp');
  const entity = keys.map((key) => fieldWhere(({ name }) => name === key)).join(', ');
  const count = async (isLeak: (earlier: string, later: string) => string, relation: string) => {
    const counts = SPLIT_PAIRS.map(
      ([earlier, later]) => `(count(*) FILTER (WHERE ${isLeak(earlier, later)}))::DOUBLE`,
    );
    const reader = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM ${relation}`);
    return splitPairs(reader.getRows()[0] as number[]);
  };
  const has = (name: string): string => `bool_or(${split} = '${name}') AS has_${name}`;
  const first = (name: string): string => `min(${moment}) FILTER (WHERE ${split} = '${name}') AS ${name}`;
  return {
    entities: await count(
      (earlier, later) => `has_${earlier} AND has_${later}`,
      `(SELECT ${has('train')}, ${has('val')}, ${has('test')} FROM spine GROUP BY ${entity})`,
    ),
    time: await count(
      (earlier, later) => `${split} = '${earlier}' AND ${moment} > first.${later}`,
      `spine, (SELECT ${first('val')}, ${first('test')} FROM spine) AS first`,
    ),
  };
}
