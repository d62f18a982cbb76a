import sql, { type Sql, join } from 'sql-template-tag';
import { type DayTile, partsOf, startOf } from '../../../domain/batch/day-tiles.ts';
import {
  type OpenTile,
  type TilePartials,
  addEvent,
  encodeTile,
  mergeTiles,
} from '../../../domain/batch/entity-tiles.ts';
import type { TileStep } from '../../../domain/batch/tile-plan.ts';
import type { CompiledTiledTable } from '../../../domain/batch/tiled-table.ts';
import type { Event } from '../../../domain/log/event.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { type StoredValue, selectedOf, toRawEvent } from '../../log/read-raw-events.ts';
import { matches } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { copyColumn, copyRows } from '../../sql/copy-rows.ts';
import { entityPages } from '../../sql/entity-pages.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents, tilesOf } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';
import { type OffsetsSeen, areSeen } from '../batch-query.ts';
import { type TileRow, inKeyOrder, keyColumns, tileRowColumns } from './tile-relation.ts';

const FRESH = ident('pg_temp', 'fresh_tiles');
const TOUCHED = ident('pg_temp', 'touched_tiles');

/** Makes the tiles of a batch table, in an open transaction that no other one of the table runs beside. */
export class TileMaker {
  readonly #client: Client;
  readonly #table: CompiledTiledTable;
  readonly #source: EventSourceDefinition;

  constructor(client: Client, table: CompiledTiledTable, source: EventSourceDefinition) {
    this.#client = client;
    this.#table = table;
    this.#source = source;
  }

  /** Makes the relations that hold what is new, and of which entities tiles have changed, until the transaction ends. */
  async begin(): Promise<void> {
    const { primaryKeys } = this.#table.definition;
    const keys = join(primaryKeys.map((key) => sql`${ident(key)} text NOT NULL`));
    await this.#client.query(
      sql`CREATE TEMP TABLE ${FRESH} (${keys}, _partials json NOT NULL) ON COMMIT DROP`,
    );
    await this.#client.query(sql`
      CREATE TEMP TABLE ${TOUCHED} (_level integer NOT NULL, _first_day integer NOT NULL, ${keys}) ON COMMIT DROP`);
  }

  /**
   * Makes the tiles of a day from its raw events: those with offsets that are seen, late ones included, duplicates
   * not.
   */
  async makeDay(step: TileStep, offsetsSeen: OffsetsSeen): Promise<void> {
    const table = this.#table;
    const { primaryKeys } = table.definition;
    const source = this.#source;
    const time = ident('raw', source.eventTime);
    const { firstDay } = step.tile;
    const query = sql`
      SELECT ${keyColumns(primaryKeys, 'raw')}, ${selectedOf(source, table.reads)} FROM ${rawEvents(source)} AS raw
      WHERE ${time} >= ${toTimestamptz(startOf(firstDay))}::timestamptz
        AND ${time} < ${toTimestamptz(startOf(firstDay + 1))}::timestamptz
        AND NOT duplicate AND ${areSeen(offsetsSeen)}
      ORDER BY ${inKeyOrder(primaryKeys, 'raw')}`;
    const eventOf = (columns: readonly unknown[]): Event =>
      toRawEvent(source, columns as readonly StoredValue[]).event;
    await this.#make(step, sql`true`, {
      query,
      fold(tile: OpenTile | 'of no entity' | undefined, columns) {
        if (tile === 'of no entity') return tile;
        const event = eventOf(columns);
        return table.keyOf(event) === undefined ? 'of no entity' : addEvent(table, tile, event);
      },
      tileOf: (tile) => (tile === 'of no entity' ? undefined : encodeTile(table, tile)),
    });
  }

  /** Merges a tile from its parts. Of a known tile, only entities of which a part has changed. */
  async merge(step: TileStep): Promise<void> {
    const { tile, isKnown } = step;
    const { name, primaryKeys } = this.#table.definition;
    const parts = partsOf(tile);
    const days = parts.map(({ firstDay }) => firstDay);
    const isTouched = (relation: string): Sql => sql`EXISTS (
      SELECT FROM ${TOUCHED} AS touched WHERE touched._level = ${tile.level - 1} AND touched._first_day = ANY(${days}::integer[])
        AND ${matches('touched', relation, primaryKeys)})`;
    const query = sql`
      SELECT ${keyColumns(primaryKeys, 'tile')}, json_agg(_partials)::text FROM ${tilesOf(name)} AS tile
      WHERE _level = ${tile.level - 1} AND _first_day = ANY(${days}::integer[])
        AND ${isKnown ? isTouched('tile') : sql`true`}
      GROUP BY ${keyColumns(primaryKeys, 'tile')}`;
    await this.#make(step, isTouched('stored'), {
      query,
      fold: (_: TilePartials | undefined, [tiles]) =>
        mergeTiles(this.#table, JSON.parse(tiles as string) as TilePartials[]),
      tileOf: (tile) => tile,
    });
  }

  /** @param among the stored tiles of a known tile that are made again. */
  async #make<State>(
    { tile, isKnown, isPartOfKnown }: TileStep,
    among: Sql,
    of: Making<State>,
  ): Promise<void> {
    const { name, primaryKeys } = this.#table.definition;
    const relation = isKnown ? FRESH : tilesOf(name);
    const columns = [
      ...tileRowColumns(primaryKeys),
      ...(isKnown
        ? []
        : [
            copyColumn('_level', 'integer', (_: TileRow) => tile.level),
            copyColumn('_first_day', 'integer', (_: TileRow) => tile.firstDay),
          ]),
    ];
    for await (const page of entityPages(this.#client, of.query, primaryKeys.length, of.fold)) {
      const rows = page.flatMap(({ key, state }) => {
        const partials = of.tileOf(state);
        return partials === undefined ? [] : [{ key, partials: JSON.stringify(partials) }];
      });
      await copyRows(this.#client, relation, columns, rows);
    }
    if (isKnown) await this.#replace(tile, among);
    else if (isPartOfKnown) await this.#touchAll(tile);
  }

  /** Puts what is fresh in place of what is stored, and notes the entities of which that changes something. */
  async #replace({ level, firstDay }: DayTile, among: Sql): Promise<void> {
    const { name, primaryKeys } = this.#table.definition;
    const keys = keyColumns(primaryKeys);
    await this.#client.query(sql`
      WITH gone AS (
        DELETE FROM ${tilesOf(name)} AS stored WHERE _level = ${level} AND _first_day = ${firstDay} AND ${among}
          AND NOT EXISTS (SELECT FROM ${FRESH} AS fresh WHERE ${matches('fresh', 'stored', primaryKeys)})
        RETURNING ${keyColumns(primaryKeys, 'stored')}
      ), written AS (
        INSERT INTO ${tilesOf(name)} AS stored (_level, _first_day, ${keys}, _partials)
        SELECT ${level}::integer, ${firstDay}::integer, ${keys}, _partials FROM ${FRESH}
        ON CONFLICT (_level, _first_day, ${keys}) DO UPDATE SET _partials = excluded._partials
        WHERE stored._partials::text <> excluded._partials::text
        RETURNING ${keyColumns(primaryKeys, 'stored')}
      )
      INSERT INTO ${TOUCHED} (_level, _first_day, ${keys})
      SELECT ${level}::integer, ${firstDay}::integer, ${keys} FROM (TABLE gone UNION ALL TABLE written) AS either`);
    await this.#client.query(sql`TRUNCATE ${FRESH}`);
  }

  async #touchAll({ level, firstDay }: DayTile): Promise<void> {
    const { name, primaryKeys } = this.#table.definition;
    const keys = keyColumns(primaryKeys);
    await this.#client.query(sql`
      INSERT INTO ${TOUCHED} (_level, _first_day, ${keys})
      SELECT _level, _first_day, ${keys} FROM ${tilesOf(name)} WHERE _level = ${level} AND _first_day = ${firstDay}`);
  }
}

/** What tiles are made of. */
interface Making<State> {
  /** Its first columns are the primary keys. The rows of an entity follow each other. */
  readonly query: Sql;
  readonly fold: (state: State | undefined, columns: readonly unknown[]) => State;
  /** Undefined: the rows are not about the table. */
  readonly tileOf: (state: State) => TilePartials | undefined;
}
