import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { Client } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { featuresOf, historyOf } from '../../sql/relations.ts';
import { microsExpression } from '../../sql/timestamp.ts';
import { type CopyTarget, type ExportedRows, copiedFeature, copyToCsv } from '../copy-to-csv.ts';
import type { MirroredTable, TableChunk } from './mirrored-table.ts';

/**
 * Copies a chunk of a feature table as CSV: the primary keys, `feature_ts` as Postgres writes it, the sequence
 * of the write that made the row (empty if it is not known), and the features.
 */
export function copyChunk(
  client: Client,
  table: string,
  { mirrored, chunk }: { readonly mirrored: MirroredTable; readonly chunk: TableChunk },
  target: CopyTarget,
): Promise<ExportedRows> {
  const query = sql`
    SELECT ${columnsOf(mirrored, raw('feature_ts'))}
    FROM ${featuresOf(table)} AS feature LEFT JOIN asof.writes AS written USING (write_id)
    WHERE feature_ts >= ${moment(chunk.from)} AND feature_ts < ${moment(chunk.to)}`;
  return copyToCsv(client, query, target, true);
}

/**
 * Copies the rows that were written after a sequence, in the form of {@link copyChunk} but with `feature_ts` in
 * microseconds since 1970.
 */
export function copyWrittenSince(
  client: Client,
  table: string,
  { mirrored, sequence }: { readonly mirrored: MirroredTable; readonly sequence: bigint },
  target: CopyTarget,
): Promise<ExportedRows> {
  const query = sql`
    SELECT ${columnsOf(mirrored, raw(microsExpression('feature_ts')))}
    FROM ${featuresOf(table)} AS feature JOIN asof.writes AS written USING (write_id)
    WHERE written.sequence > ${raw(String(sequence))} AND feature.write_id >= ${firstWriteAfter(sequence)}`;
  return copyToCsv(client, query, target, true);
}

/** Copies the keys and `feature_ts` (in microseconds) of the versions that were superseded after a sequence. */
export function copySupersededSince(
  client: Client,
  table: string,
  { mirrored, sequence }: { readonly mirrored: MirroredTable; readonly sequence: bigint },
  target: CopyTarget,
): Promise<ExportedRows> {
  const keys = mirrored.primaryKeys.map((key) => ident('version', key));
  const query = sql`
    SELECT DISTINCT ${join([...keys, raw(microsExpression('feature_ts'))])}
    FROM ${historyOf(table)} AS version JOIN asof.writes AS superseding ON superseding.write_id = version.superseded_by
    WHERE superseding.sequence > ${raw(String(sequence))} AND version.superseded_by >= ${firstWriteAfter(sequence)}`;
  return copyToCsv(client, query, target, true);
}

/** Up to which write a mirror holds, and when that became known. */
interface MirrorState {
  readonly sequence: bigint;
  readonly knownAt: bigint;
}

/** Whether a mirror is of the past of this snapshot, and the history has all that was superseded since. */
export async function isMirrorUsable(
  client: Client,
  { historyRemovedThrough }: Pick<MirroredTable, 'historyRemovedThrough'>,
  mirror: MirrorState,
  cut: Pick<MirrorState, 'sequence'>,
): Promise<boolean> {
  if (mirror.sequence > cut.sequence || mirror.sequence < historyRemovedThrough) return false;
  return isSameHistory(client, mirror);
}

/** Whether the write with this sequence is that of the moment, so that all before it are the same too. */
async function isSameHistory(client: Client, { sequence, knownAt }: MirrorState): Promise<boolean> {
  const { rows } = await client.query<{ at: string }>(sql`
    SELECT ${raw(microsExpression('known_at'))}::text AS at FROM asof.writes WHERE sequence = ${sequence.toString()}`);
  return rows[0]?.at === String(knownAt);
}

/** The smallest id of a write after the sequence, by which an index finds what it wrote. */
function firstWriteAfter(sequence: bigint): Sql {
  return sql`(SELECT coalesce(min(write_id), 0) FROM asof.writes WHERE sequence > ${raw(String(sequence))})`;
}

function columnsOf({ primaryKeys, features }: MirroredTable, time: Sql): Sql {
  return join([
    ...primaryKeys.map((key) => ident('feature', key)),
    time,
    raw('written.sequence'),
    ...features.map(({ name, type }) => copiedFeature(name, type === 'double precision[]')),
  ]);
}

/** A moment of the years from 1 on as SQL. */
function moment(micros: bigint): Sql {
  return raw(`(TIMESTAMPTZ 'epoch' + ${micros} * INTERVAL '1 microsecond')`);
}
