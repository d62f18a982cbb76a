import type { DeadLetter } from '../log/dead-letter.ts';
import { NOTHING_SEEN, type SeenEvents, overlay } from '../log/deduplication.ts';
import { countInvalid } from '../log/event.ts';
import type { KafkaRecord } from '../log/kafka-record.ts';
import type { Watermark } from '../log/watermark.ts';
import { parseDuration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';
import type { CompiledStreamTable, EntityKey } from '../windows/stream-table.ts';
import { TileSet, mergeInto } from '../windows/tile-set.ts';
import { withTailTiles } from '../windows/tile.ts';
import { type WindowRow, touchedWindows, windowRows } from '../windows/window-row.ts';
import type { MicroBatch, StreamEngine } from './micro-batch.ts';
import { type CountsByName, addByName } from './stream-counts.ts';

/** What became of the records of a preview. */
export interface PreviewCounts {
  readonly events: number;
  readonly duplicates: number;
  readonly deadLetters: number;
  readonly skipped: number;
  /** The events that were late for a window of the table. */
  readonly late: number;
  /** By field: how many values did not fit and became null. */
  readonly invalidFields: CountsByName;
}

/** Which rows of a preview to compute. */
export interface RowChoice {
  /** The newest row of each key that is visible at this moment. Omitted: all rows, also coming ones. */
  readonly at?: Instant | undefined;
  /** The number of rows, at most. */
  readonly most?: number | undefined;
}

/** The windows that have a row: `count` of them, and the chosen ones' rows, newest first. */
export interface ChosenRows {
  readonly count: number;
  readonly rows: readonly WindowRow[];
}

/**
 * Computes the rows of one table as the stream does, and keeps its tiles in memory instead of a database. The
 * engine is that of the table's source with all its tables, since their keys decide which records are events.
 */
export class TablePreview {
  readonly #engine: StreamEngine;
  readonly #table: CompiledStreamTable;
  readonly #tiles: TileSet;
  #watermarks: ReadonlyMap<number, Watermark> = new Map();
  #seen: SeenEvents = NOTHING_SEEN;
  #counts: PreviewCounts = {
    events: 0,
    duplicates: 0,
    deadLetters: 0,
    skipped: 0,
    late: 0,
    invalidFields: {},
  };

  constructor(engine: StreamEngine, table: CompiledStreamTable) {
    this.#engine = engine;
    this.#table = table;
    this.#tiles = new TileSet(table);
  }

  get counts(): PreviewCounts {
    return this.#counts;
  }

  /** Takes the next records, in offset order within each partition. Returns the dead letters among them. */
  add(records: readonly KafkaRecord[]): readonly DeadLetter[] {
    const batch = this.#engine.fold(records, this.#watermarks, this.#seen);
    this.#watermarks = batch.watermarks;
    if (this.#engine.deduplication) this.#seen = overlay(this.#seen, batch.seen);
    const tiles = batch.tiles.get(this.#table.definition.name)!;
    mergeInto(this.#table, this.#tiles, withTailTiles(this.#table, tiles));
    this.#count(batch);
    return batch.deadLetters;
  }

  rows({ at, most = Infinity }: RowChoice): ChosenRows {
    const { availableAfter } = this.#table.definition;
    const ends = touchedWindows(this.#table, this.#tiles);
    const chosen = at === undefined ? ends : ends.flatMap(lastBefore(at - parseDuration(availableAfter)!));
    const windows = chosen.flatMap(({ key, ends }) => ends.map((end) => ({ key, end }))).sort(newestFirst);
    const wanted = new Map<EntityKey, Instant[]>();
    // The windows of a key are computed in ascending order, as its lifetimes grow.
    for (const { key, end } of windows.slice(0, most).reverse()) {
      const ofKey = wanted.get(key);
      if (ofKey) ofKey.push(end);
      else wanted.set(key, [end]);
    }
    const touched = [...wanted].map(([key, ends]) => ({ key, ends }));
    return {
      count: windows.length,
      rows: [...windowRows(this.#table, touched, this.#tiles)].sort(newestFirst),
    };
  }

  #count({ raw, deadLetters, skipped, late }: MicroBatch): void {
    const { name } = this.#table.definition;
    const before = this.#counts;
    this.#counts = {
      events: before.events + raw.length,
      duplicates: before.duplicates + raw.filter(({ duplicate }) => duplicate).length,
      deadLetters: before.deadLetters + deadLetters.length,
      skipped: before.skipped + skipped.length,
      late: before.late + late.filter(({ table }) => table === name).length,
      invalidFields: raw.reduce(
        (sum: CountsByName, { event }) => (event.invalid ? addByName(sum, countInvalid(event)) : sum),
        before.invalidFields,
      ),
    };
  }
}

/** Leaves of a key's windows the last one that ends at the moment or before. */
function lastBefore(moment: Instant) {
  return ({ key, ends }: { key: EntityKey; ends: readonly Instant[] }) => {
    const last = ends.findLast((end) => end <= moment);
    return last === undefined ? [] : [{ key, ends: [last] }];
  };
}

/** By end, the newest first, then by key. Keys compare by code units, as texts of a database in C do. */
function newestFirst(a: Pick<WindowRow, 'key' | 'end'>, b: Pick<WindowRow, 'key' | 'end'>): number {
  if (a.end !== b.end) return a.end < b.end ? 1 : -1;
  const place = a.key.findIndex((part, index) => part !== b.key[index]);
  if (place < 0) return 0;
  return a.key[place]! < b.key[place]! ? -1 : 1;
}
