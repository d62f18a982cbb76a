import { dayOf } from '../../domain/batch/day-tiles.ts';
import type { FindRow } from '../../domain/batch/joined-feature.ts';
import type { CompiledTiledTable } from '../../domain/batch/tiled-table.ts';
import { type Duration, parseDuration } from '../../domain/time/duration.ts';
import { type Instant, later, parseInstant } from '../../domain/time/instant.ts';
import { timesBetween, timetableOf } from '../../domain/time/timetable.ts';
import { entityId } from '../../domain/windows/tile.ts';
import type { Actor } from '../shared/timeline.ts';
import type { RowStore } from '../store/row-store.ts';
import type { WriteLog } from '../store/write-log.ts';
import type { SimulatedStream } from '../stream/stream.ts';
import type { DayTileStore } from './day-tile-store.ts';
import type { ReferenceStore } from './reference-store.ts';

export interface ScheduleParts {
  readonly table: CompiledTiledTable;
  readonly tiles: DayTileStore;
  readonly rows: RowStore;
  readonly writes: WriteLog;
  readonly references: ReadonlyMap<string, ReferenceStore>;
  readonly stream: SimulatedStream;
  readonly allowedLateness: Duration;
  /** Since when the table is applied. */
  readonly since: Instant;
  /** Called after each commit. */
  readonly onCommit: () => void;
}

/** Temporal's clock has milliseconds: a time is settled one after the last moment at which events may be late. */
const SETTLED_AFTER: Duration = parseDuration('1 millisecond')!;
const LAST_MOMENT: Instant = parseInstant('9999-01-01T00:00:00Z')!;

/**
 * The schedule of a batch table: it computes each logical time once no event before it can be late and the stream has
 * read all that had arrived by then.
 */
export class BatchSchedule implements Actor {
  readonly #parts: ScheduleParts;
  readonly #times: Iterator<Instant, void, undefined>;
  #time: Instant | undefined;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
    const timetable = timetableOf(parts.table.definition.schedule)!;
    this.#times = timesBetween(timetable, parts.since + 1n, LAST_MOMENT);
    this.#time = this.#times.next().value ?? undefined;
  }

  get next(): Instant | undefined {
    if (this.#time === undefined) return undefined;
    const { stream } = this.#parts;
    const settled = this.settledAt(this.#time);
    return stream.isBehind(settled) ? later(settled, stream.next!) : settled;
  }

  act(now: Instant): void {
    this.compute(this.#time!, now);
    this.#time = this.#times.next().value ?? undefined;
  }

  /** From when on no event before a logical time can be late. */
  settledAt(time: Instant): Instant {
    return time + this.#parts.allowedLateness + SETTLED_AFTER;
  }

  /** Computes the rows of a logical time, which take the place of those that it has. Returns their number. */
  compute(at: Instant, now: Instant): number {
    const { table, tiles, rows, writes, since, onCommit } = this.#parts;
    const seen = writes.last;
    const sequence = writes.add(now, { isHistory: at < since });
    const computed = tiles.partialsAt(dayOf(at), seen);
    const findRow = this.#findRow(at);
    const keys = new Set(computed.map(({ key }) => entityId(key)));
    for (const { key, partials } of computed) {
      const values = table.finish(key, partials, dayOf(at), findRow);
      rows.write({ key, featureTs: at, values, approximate: [] }, sequence);
    }
    for (const key of rows.keys()) if (!keys.has(entityId(key))) rows.remove(key, at, sequence);
    onCommit();
    return computed.length;
  }

  #findRow(at: Instant): FindRow {
    return (reference, key) => this.#parts.references.get(reference)!.validAt(key, at);
  }
}
