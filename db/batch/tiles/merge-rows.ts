import sql, { type Sql } from 'sql-template-tag';
import type { FeatureValue } from '../../../domain/aggregation/aggregator.ts';
import { type Day, dayOf, startOf, tileId } from '../../../domain/batch/day-tiles.ts';
import {
  type TilePartials,
  type TilesRead,
  mergeSpans,
  tilesRead,
} from '../../../domain/batch/entity-tiles.ts';
import { type TileStep, planTiles } from '../../../domain/batch/tile-plan.ts';
import {
  type CompiledTiledTable,
  type Partials,
  compileTiledTable,
} from '../../../domain/batch/tiled-table.ts';
import type { TiledBatchTable } from '../../../domain/registry/definition.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import { readFloor } from '../../engine/floors.ts';
import type { CopyValues } from '../../sql/binary-copy.ts';
import { unnest } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { type CopyColumn, copyRows } from '../../sql/copy-rows.ts';
import { type FoldedEntity, entityPages } from '../../sql/entity-pages.ts';
import { tilesOf } from '../../sql/relations.ts';
import type { BatchInputs } from '../batch-runs.ts';
import { COMPUTED, makeComputed } from '../computed-rows.ts';
import type { Batch } from '../load-batch.ts';
import { notRetained, requireComplete } from '../retained-events.ts';
import { TileMaker } from './make-tiles.ts';
import { readReferenceRows } from './reference-rows.ts';
import { keyColumns } from './tile-relation.ts';
import { readTileState, recordTile } from './tile-state.ts';

/** Called with the first day of each tile that is made, and how many are left. */
export type OnTile = (day: Instant, left: number) => void;

interface Merging {
  readonly client: Client;
  readonly batch: Batch<TiledBatchTable>;
  readonly table: CompiledTiledTable;
}

/**
 * Makes the day tiles that a logical time lacks, and puts its rows, merged from tiles, into {@link COMPUTED}. The
 * rows of the table must be locked for writing.
 *
 * @throws AsofError `ASOF_BELOW_RETENTION` when retention may have removed events of a day that has no tiles, or
 * events may lack a field.
 */
export async function mergeRows(
  client: Client,
  batch: Batch<TiledBatchTable>,
  at: Instant,
  { inputs, onTile }: { readonly inputs: BatchInputs; readonly onTile: OnTile },
): Promise<void> {
  const { table: definition, source, references } = batch;
  const table = compileTiledTable(definition, source, references);
  const state = await readTileState(client, batch);
  const plan = planTiles(state, table.lookBack, dayOf(at));
  if (plan.isLost) throw notRetained(batch, at, state.floor ?? state.listedFrom!);
  await requireComplete(client, batch, at);
  const maker = new TileMaker(client, table, source);
  const steps = [...plan.days, ...plan.merges];
  if (steps.length > 0) await maker.begin();
  for (const [index, step] of steps.entries()) {
    onTile(startOf(step.tile.firstDay), steps.length - index);
    if (step.tile.level === 0) await maker.makeDay(step, inputs.offsetsSeen);
    else await maker.merge(step);
    await recordTile(client, definition.name, step.tile, inputs.sequenceSeen);
  }
  await expectRetained(client, batch, at, plan.days);
  await copyComputed({ client, batch, table }, dayOf(at), Math.min(dayOf(at), ...state.changed.keys()));
}

/** Retention raises the floor before it removes events. */
async function expectRetained(
  client: Client,
  batch: Batch,
  at: Instant,
  made: readonly TileStep[],
): Promise<void> {
  const floor = await readFloor(client, batch.source.name);
  if (floor !== undefined && made.some(({ tile }) => startOf(tile.firstDay) < floor))
    throw notRetained(batch, at, floor);
}

async function copyComputed(merging: Merging, at: Day, first: Day): Promise<void> {
  const { client, table } = merging;
  const computed = await makeComputed(client, table.definition);
  const columns = computed.map((column, index): CopyColumn<ComputedRow> => ({
    ...column,
    of: (row) => row[index] as CopyValues[keyof CopyValues] | null,
  }));
  const read = tilesRead(table, at, first);
  const width = table.definition.primaryKeys.length;
  const pages = entityPages(client, tilesQuery(table, read), width, (_: Partials | undefined, [tiles]) =>
    mergeSpans(table, read, storedTiles(tiles as string)),
  );
  for await (const page of pages) {
    const rows = await finishPage(merging, { page, at });
    await copyRows(client, COMPUTED, columns, rows);
  }
}

type StoredTile = [level: number, firstDay: number, partials: TilePartials];

/** The tiles of an entity by their ids, from JSON. */
function storedTiles(json: string): ReadonlyMap<string, TilePartials> {
  return new Map(
    (JSON.parse(json) as StoredTile[]).map(([level, firstDay, partials]) => [
      tileId({ level, firstDay }),
      partials,
    ]),
  );
}

/** The values of the primary keys, then of the features. */
type ComputedRow = readonly FeatureValue[];

function tilesQuery({ definition: { name, primaryKeys } }: CompiledTiledTable, { tiles }: TilesRead): Sql {
  const columns = [
    { name: '_level', type: 'integer', values: tiles.map(({ level }) => level) },
    { name: '_first_day', type: 'integer', values: tiles.map(({ firstDay }) => firstDay) },
  ];
  return sql`
    SELECT ${keyColumns(primaryKeys, 'tile')}, json_agg(json_build_array(_level, _first_day, _partials))::text
    FROM ${unnest(columns, 'wanted')} JOIN ${tilesOf(name)} AS tile USING (_level, _first_day)
    GROUP BY ${keyColumns(primaryKeys, 'tile')}`;
}

interface Page {
  readonly page: readonly FoldedEntity<Partials>[];
  readonly at: Day;
}

async function finishPage({ client, batch, table }: Merging, { page, at }: Page): Promise<ComputedRow[]> {
  const wanted = new Map(batch.references.map(({ name }) => [name, new Set<string>()]));
  for (const { key, state } of page)
    for (const [name, keys] of table.keysOf(key, state)) for (const one of keys) wanted.get(name)!.add(one);
  const findRow = await readReferenceRows(client, batch.references, wanted, startOf(at));
  return page.map(({ key, state }) => [...key, ...table.finish(key, state, at, findRow)]);
}
