import sql, { raw } from 'sql-template-tag';
import { readsOnlyRetained } from '../../domain/batch/look-back.ts';
import { compileTiledTable } from '../../domain/batch/tiled-table.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { fieldsOfSql } from '../../domain/lineage/sql-fields.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import type { Queryable } from '../sql/client.ts';
import { microsExpression } from '../sql/timestamp.ts';
import { type Batch, isTiledBatch } from './load-batch.ts';

/** The fields that a batch table reads of events; of SQL, those that it may read. */
function fieldsOf(batch: Batch): string[] {
  const { table, source, references } = batch;
  if (isTiledBatch(batch)) return [...compileTiledTable(batch.table, source, references).reads];
  const names = source.fields.map(({ name }) => name);
  return table.sql === undefined ? names : fieldsOfSql(table.sql, 'events', names);
}

interface FieldState {
  readonly field: string;
  readonly filling: boolean;
  /** The moment from which on no event lacks the field, in microseconds. Null: none does. */
  readonly from: string | null;
}

/**
 * The fields of a table that its source had gained before the table was made, and that stored events lacked. A
 * table that was there before has never read them.
 */
async function fieldStates(db: Queryable, batch: Batch): Promise<FieldState[]> {
  const { rows } = await db.query<FieldState>(sql`
    SELECT field, bool_or(done_at IS NULL) AS filling, ${raw(microsExpression('max(complete_from)'))} AS from
    FROM asof.field_gaps
    WHERE source = ${batch.source.name} AND field = ANY(${fieldsOf(batch)}::text[]) AND to_offset IS NOT NULL
      AND since <= (SELECT applied_at FROM asof.definitions
                    WHERE kind = 'batch_table' AND name = ${batch.table.name} AND version = 1)
    GROUP BY field ORDER BY field`);
  return rows;
}

/**
 * Checks that no field that a batch table reads is still being filled.
 *
 * @throws AsofError `ASOF_FIELDS_NOT_FILLED` (unavailable), so that the run tries again.
 */
export async function requireFieldsFilled(db: Queryable, batch: Batch): Promise<void> {
  const filling = (await fieldStates(db, batch)).filter((state) => state.filling).map(({ field }) => field);
  if (filling.length === 0) return;
  const [table, source] = [batch.table.name, batch.source.name];
  throw new AsofError(
    'ASOF_FIELDS_NOT_FILLED',
    `features.${table} reads ${filling.join(', ')} of '${source}', which stored events are still getting from Kafka; it is computed after that. See how far it is with: npx asof stream fields ${source}`,
    { details: { table, source, fields: filling } },
  );
}

/**
 * Reads from when on the fields of a batch table are complete. The result gives the error for a logical time that
 * reads events which may lack one; undefined for another.
 */
export async function readIncomplete(
  db: Queryable,
  batch: Batch,
): Promise<(at: Instant) => AsofError | undefined> {
  const states = await fieldStates(db, batch);
  const floors = states.flatMap(({ field, from }) => (from === null ? [] : [{ field, from: BigInt(from) }]));
  return (at) => {
    const lacking = floors.find(({ from }) => !readsOnlyRetained(batch.table, from, at));
    return lacking && incomplete(batch, at, lacking);
  };
}

function incomplete(
  { table: { name, lookBack }, source }: Batch,
  at: Instant,
  { field, from }: { readonly field: string; readonly from: Instant },
): AsofError {
  const [moment, complete] = [formatInstant(at), formatInstant(from)];
  const events = lookBack === undefined ? 'all events before that time' : `the events of ${lookBack}`;
  return new AsofError(
    'ASOF_BELOW_RETENTION',
    `features.${name} as of ${moment} reads ${events}, and those of '${source.name}' before ${complete} may lack ${field}, which the source gained later and Kafka no longer had. Nothing was written, and rows that are there stay as they are`,
    { details: { table: name, source: source.name, field, moment, completeFrom: complete } },
  );
}
