import sql, { join } from 'sql-template-tag';
import type { FindRow } from '../../../domain/batch/joined-feature.ts';
import { joinKey, joinKeyValues } from '../../../domain/batch/joined-tables.ts';
import type { ExpressionValue } from '../../../domain/expressions/value.ts';
import type { ReferenceTableDefinition } from '../../../domain/registry/definition.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import { type StoredValue, fieldValue, selectedField } from '../../log/read-raw-events.ts';
import { foundByIndex, matches, unnest } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { referenceOf } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';

type Rows = ReadonlyMap<string, readonly ExpressionValue[]>;

/**
 * Reads the rows of reference tables that are valid at a moment.
 *
 * @param wanted by table: the keys of the rows.
 */
export async function readReferenceRows(
  client: Client,
  references: readonly ReferenceTableDefinition[],
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
  at: Instant,
): Promise<FindRow> {
  const found = new Map<string, Rows>();
  for (const reference of references) {
    const keys = [...(wanted.get(reference.name) ?? [])];
    if (keys.length > 0) found.set(reference.name, await readRows(client, reference, keys, at));
  }
  return (reference, key) => found.get(reference)?.get(key);
}

async function readRows(
  client: Client,
  { name, primaryKeys, fields }: ReferenceTableDefinition,
  keys: readonly string[],
  at: Instant,
): Promise<Rows> {
  const values = keys.map(joinKeyValues);
  const wanted = primaryKeys.map((key, index) => ({
    name: key,
    type: 'text',
    values: values.map((parts) => parts[index]),
  }));
  const query = sql`
    SELECT ${join([
      ...primaryKeys.map((key) => ident('wanted', key)),
      ...fields.map((field) => selectedField(field, 'row')),
    ])}
    FROM ${unnest(wanted, 'wanted')} CROSS JOIN ${foundByIndex(sql`
      SELECT * FROM ${referenceOf(name)} AS row
      WHERE ${matches('row', 'wanted', primaryKeys)} AND valid_from <= ${toTimestamptz(at)}::timestamptz
      ORDER BY valid_from DESC LIMIT 1`)} AS row`;
  const { rows } = await client.query<StoredValue[]>({
    text: query.text,
    values: query.values,
    rowMode: 'array',
  });
  const width = primaryKeys.length;
  return new Map(
    rows.map((row) => [
      joinKey(row.slice(0, width) as string[]),
      fields.map(({ type }, index) => fieldValue(type, row[width + index]!)),
    ]),
  );
}
