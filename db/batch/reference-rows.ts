import sql, { join } from 'sql-template-tag';
import type { ReferenceTableDefinition } from '../../domain/registry/definition.ts';
import type { ReferenceRow } from '../../schemas/definitions/reference-row.ts';
import { beginWrite, sealWrite } from '../commits/writes.ts';
import { type BulkColumn, assignExcluded, bulkInsert } from '../sql/bulk-insert.ts';
import { type Pool, inTransaction } from '../sql/client.ts';
import { FIELD_COLUMNS } from '../sql/column-types.ts';
import { ident } from '../sql/identifier.ts';
import { referenceOf } from '../sql/relations.ts';
import { toParameter } from '../sql/timestamp.ts';
import { differs } from '../tables/feature-rows.ts';

const ROWS_PER_STATEMENT = 10_000;

/**
 * Writes rows of a reference table, over stored rows with the same key and `valid_from`, in one transaction.
 * No two of the rows may have the same key and `valid_from`.
 *
 * @returns the number of new or changed rows.
 */
export async function writeReferenceRows(
  pool: Pool,
  { name, primaryKeys, fields }: ReferenceTableDefinition,
  rows: readonly ReferenceRow[],
): Promise<number> {
  const identity = [...primaryKeys, 'valid_from'];
  const types = new Map([
    ...fields.map((field) => [field.name, FIELD_COLUMNS[field.type]] as const),
    VALID_FROM,
  ]);
  const assigned = [...types.keys()].filter((column) => !identity.includes(column));
  return inTransaction(pool, async (client) => {
    await client.query(sql`LOCK TABLE ${referenceOf(name)} IN SHARE ROW EXCLUSIVE MODE`);
    const writeId = await beginWrite(client);
    const suffix = sql`
      ON CONFLICT (${join(identity.map((column) => ident(column)))}) DO UPDATE
      SET ${assignExcluded([...assigned, 'write_id'])} WHERE ${differs('stored', 'excluded', assigned)}`;
    let changed = 0;
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      const columns = columnsOf(types, rows.slice(start, start + ROWS_PER_STATEMENT), writeId);
      const { rowCount } = await client.query(
        bulkInsert(sql`${referenceOf(name)} AS stored`, columns, suffix),
      );
      changed += rowCount ?? 0;
    }
    await sealWrite(client, writeId, 'reference', name);
    return changed;
  });
}

const VALID_FROM = ['valid_from', FIELD_COLUMNS.timestamp] as const;

function columnsOf(
  types: ReadonlyMap<string, string>,
  rows: readonly ReferenceRow[],
  writeId: string,
): BulkColumn[] {
  return [
    ...[...types].map(([name, type]) => ({ name, type, values: rows.map((row) => toParameter(row[name]!)) })),
    { name: 'write_id', type: 'bigint', values: rows.map(() => writeId) },
  ];
}
