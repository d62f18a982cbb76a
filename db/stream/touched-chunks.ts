import type { MicroBatch, StreamEngine } from '../../domain/stream/micro-batch.ts';
import { type Instant, floorTo } from '../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import { CHUNK_LENGTH } from '../sql/hypertable.ts';

/**
 * About how many chunks one transaction may touch. It holds up to ten locks for each, until it ends. A server
 * with the default settings has room for 6,400 locks of all transactions together.
 */
const MAX_CHUNKS = 200;

/** Events that lie in so few chunks are not too sparse, however many tables there are. */
const FEW_CHUNKS = 4;

/**
 * Whether the event times of a micro-batch are spread over so many chunks that its transaction would take too
 * many locks. A part of the micro-batch takes fewer.
 */
export function isTooSparse({ tables }: StreamEngine, { raw }: Pick<MicroBatch, 'raw'>): boolean {
  return areTooMany(tables, new Set(raw.map(({ event }) => chunkAt(event.eventTs))));
}

/**
 * The moment before which the first of some event times lie, as many as one transaction may touch the chunks
 * of. Undefined if it may touch those of all.
 *
 * @param times in ascending order.
 */
export function endOfFewChunks(
  tables: readonly CompiledStreamTable[],
  times: readonly Instant[],
): Instant | undefined {
  const chunks = new Set<number>();
  for (const chunk of new Set(times.map(chunkAt))) {
    chunks.add(chunk);
    if (areTooMany(tables, chunks)) return BigInt(chunk) * CHUNK_LENGTH;
  }
  return undefined;
}

function areTooMany(tables: readonly CompiledStreamTable[], chunks: ReadonlySet<number>): boolean {
  return chunks.size > FEW_CHUNKS && touchedChunks(tables, chunks) > MAX_CHUNKS;
}

/** At most how many chunks of all relations the events of some chunks touch. */
function touchedChunks(tables: readonly CompiledStreamTable[], chunks: ReadonlySet<number>): number {
  return tables.reduce((sum, { window }) => {
    const reach = Number((window.length + (window.tail ?? 0n)) / CHUNK_LENGTH) + 1;
    const tiles = widened(chunks, { back: reach, forth: reach });
    const rows = widened(chunks, { back: 0, forth: reach });
    const history = rows;
    return sum + tiles + rows + history;
  }, chunks.size);
}

/** The number of chunks in these or beside them. */
function widened(chunks: ReadonlySet<number>, { back, forth }: { back: number; forth: number }): number {
  const reached = new Set<number>();
  for (const chunk of chunks) {
    for (let near = chunk - back; near <= chunk + forth; near += 1) reached.add(near);
  }
  return reached.size;
}

function chunkAt(moment: Instant): number {
  return Number(floorTo(moment, CHUNK_LENGTH) / CHUNK_LENGTH);
}
