import sql, { empty, join } from 'sql-template-tag';
import type { EventSourceDefinition, StreamTableDefinition } from '../../domain/registry/definition.ts';
import type { Client } from '../sql/client.ts';
import { makeHypertable } from '../sql/hypertable.ts';
import { ident } from '../sql/identifier.ts';
import { tilesOf } from '../sql/relations.ts';
import { ensureFeatureRows } from './feature-table-relations.ts';

/**
 * Makes the relations of a stream table: its tiles, its rows and their superseded versions. Existing ones
 * stay. The tiles of a table with a tail have one more column, which says whether they are tail tiles.
 */
export async function ensureStreamTable(
  client: Client,
  table: StreamTableDefinition,
  source: EventSourceDefinition,
): Promise<void> {
  const keys = join(table.primaryKeys.map((key) => ident(key)));
  const keyColumns = join(table.primaryKeys.map((key) => sql`${ident(key)} text NOT NULL`));
  const [ofTail, andOfTail] =
    table.window.tail === undefined ? [empty, empty] : [sql`of_tail boolean NOT NULL,`, sql`of_tail,`];
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${tilesOf(table.name)} (
      ${keyColumns},
      ${ofTail}
      tile_start timestamptz NOT NULL,
      admitted_from timestamptz NOT NULL,
      partials json NOT NULL,
      PRIMARY KEY (${keys}, ${andOfTail} tile_start, admitted_from)
    )`);
  await makeHypertable(client, tilesOf(table.name), 'tile_start');

  await ensureFeatureRows(client, table, source, [
    sql`window_start timestamptz NOT NULL`,
    sql`window_end timestamptz NOT NULL`,
    sql`approximate_features text[]`,
  ]);
}
