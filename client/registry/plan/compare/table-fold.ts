import { isKeyTooLong } from '../../../../domain/log/key-length.ts';
import type { RawEvent } from '../../../../domain/log/raw-event.ts';
import type { Watermark } from '../../../../domain/log/watermark.ts';
import type { EventSourceDefinition, StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import type { Instant } from '../../../../domain/time/instant.ts';
import { admit } from '../../../../domain/windows/admission.ts';
import { type RetentionFloors, leastWatermark } from '../../../../domain/windows/retention-floors.ts';
import { type CompiledStreamTable, compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { TileSet } from '../../../../domain/windows/tile-set.ts';
import { withTailTiles } from '../../../../domain/windows/tile.ts';
import { type WindowRow, touchedWindows, windowRows } from '../../../../domain/windows/window-row.ts';
import { firstCompleteTile, largestTiles } from '../../../../domain/windows/window.ts';

/** Rows with an end in `(from, to]`. */
export interface ComparedRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** What a table is computed from. */
export interface FoldedSource {
  /** The source as its raw events are stored. It says what is done with late events. */
  readonly read: EventSourceDefinition;
  /** The source that the table is defined on. Fields of it that are not stored yet are null. */
  readonly source: EventSourceDefinition;
  readonly floors: RetentionFloors;
}

/** A table that is computed from raw events of one entity after another, by the engine of the stream. */
export class TableFold {
  readonly table: CompiledStreamTable;
  readonly #source: EventSourceDefinition;
  /** The place of each field of the table's own source among those of the events; -1 if they have none of it. */
  readonly #places: readonly number[] | undefined;
  readonly #least: Watermark;
  readonly #floor: Instant | undefined;

  constructor(definition: StreamTableDefinition, { read, source, floors }: FoldedSource) {
    this.table = compileStreamTable(definition, source);
    this.#source = read;
    this.#least = leastWatermark(this.table, floors);
    this.#floor = floors.raw;
    const stored = read.fields.map(({ name }) => name);
    const places = source.fields.map(({ name }) => stored.indexOf(name));
    this.#places = places.every((place, at) => place === at) ? undefined : places;
  }

  /** The moment after which all windows that end are whole: retention has removed none of their events. */
  get wholeAfter(): Instant | undefined {
    if (this.#floor === undefined) return undefined;
    const { window } = this.table;
    return firstCompleteTile(largestTiles(window), this.#floor) + window.length - 1n;
  }

  begin(): TileSet {
    return new TileSet(this.table);
  }

  add(tiles: TileSet, { event, watermark }: RawEvent): void {
    const own = this.#places
      ? { ...event, values: this.#places.map((place) => (place < 0 ? null : event.values[place]!)) }
      : event;
    const key = this.table.keyOf(own);
    if (!key || isKeyTooLong(key)) return;
    admit({ source: this.#source, table: this.table, tiles, least: this.#least }, { event: own, watermark });
  }

  /** The rows that the tiles of an entity make, in the order of their ends. */
  rows(tiles: TileSet, { from, to }: ComparedRange): WindowRow[] {
    const all = withTailTiles(this.table, [...tiles]);
    const touched = touchedWindows(this.table, all).map(({ key, ends }) => ({
      key,
      ends: ends.filter((end) => end > from && end <= to),
    }));
    return [...windowRows(this.table, touched, new TileSet(this.table, all))];
  }
}
