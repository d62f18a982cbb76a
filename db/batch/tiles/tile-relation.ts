import sql, { type Sql, join } from 'sql-template-tag';
import type { TiledBatchTable } from '../../../domain/registry/definition.ts';
import type { Client } from '../../sql/client.ts';
import { type CopyColumn, copyColumn } from '../../sql/copy-rows.ts';
import { ident } from '../../sql/identifier.ts';
import { tilesOf } from '../../sql/relations.ts';

/** The tile of an entity: JSON of a list of partials, by aggregation. */
export interface TileRow {
  readonly key: readonly string[];
  readonly partials: string;
}

/**
 * Makes the tiles of a batch table, unless they are there. They are read and written by all entities of a tile
 * at once, and never removed. A primary key may be called `level`; no name of a definition begins with `_`.
 */
export async function ensureDayTiles(client: Client, { name, primaryKeys }: TiledBatchTable): Promise<void> {
  await client.query(sql`
    CREATE TABLE IF NOT EXISTS ${tilesOf(name)} (
      _level integer NOT NULL,
      _first_day integer NOT NULL,
      ${join(primaryKeys.map((key) => sql`${ident(key)} text NOT NULL`))},
      _partials json NOT NULL,
      PRIMARY KEY (_level, _first_day, ${keyColumns(primaryKeys)})
    )`);
}

export function keyColumns(primaryKeys: readonly string[], relation?: string): Sql {
  return join(primaryKeys.map((key) => (relation === undefined ? ident(key) : ident(relation, key))));
}

/** The order of entities, in which their tiles come together. */
export function inKeyOrder(primaryKeys: readonly string[], relation: string): Sql {
  return join(primaryKeys.map((key) => sql`${ident(relation, key)} COLLATE "C"`));
}

/** The columns of the rows of a tile. */
export function tileRowColumns(primaryKeys: readonly string[]): CopyColumn<TileRow>[] {
  return [
    ...primaryKeys.map((key, index) => copyColumn(key, 'text', (row: TileRow) => row.key[index]!)),
    copyColumn('_partials', 'json', ({ partials }: TileRow) => partials),
  ];
}
