import { withCurrentDefinitions } from '../../db/commits/source-revisions.ts';
import { loadStreamEngine } from '../../db/engine/load-engine.ts';
import {
  type DeadLetterView,
  type ReasonCount,
  countDeadLetters,
  newestDeadLetters,
} from '../../db/log/dead-letters.ts';
import type { LogPlace } from '../../db/log/log-place.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { replayNextDeadLetters } from '../../db/stream/dead-letters/replay-dead-letters.ts';
import type { Systems } from '../shared/systems.ts';

/** How much of a value is shown, in bytes. */
const SHOWN_BYTES = 200;

/** A record that is no event, for people to look at. */
export interface ListedDeadLetter extends Omit<DeadLetterView, 'start'> {
  /** The start of the value as text; null where it had none. */
  readonly value: string | null;
}

/** The dead letters of a source. */
export interface DeadLetterList {
  readonly source: string;
  /** How many there are by reason, the most frequent first. */
  readonly reasons: readonly ReasonCount[];
  /** The newest first. */
  readonly deadLetters: readonly ListedDeadLetter[];
}

/** Which dead letters to list. */
export interface ListDeadLettersOptions {
  /** Only those of one reason, such as `missing_field`. Default: all. */
  readonly reason?: string | null | undefined;
  /** How many to list. Default: 20. */
  readonly limit?: number | undefined;
}

export async function listDeadLetters(
  systems: Systems,
  sourceName: string,
  { reason = null, limit = 20 }: ListDeadLettersOptions,
): Promise<DeadLetterList> {
  const pool = await systems.pool();
  (await loadRegistry(pool)).source(sourceName);
  const reasons = await countDeadLetters(pool, sourceName);
  const newest = await newestDeadLetters(pool, sourceName, { reason, limit, bytes: SHOWN_BYTES });
  return {
    source: sourceName,
    reasons,
    deadLetters: newest.map(({ start, ...letter }) => ({
      ...letter,
      value: start && new TextDecoder().decode(start),
    })),
  };
}

/** What became of dead letters that were decoded again. */
export interface ReplayResult {
  readonly source: string;
  /** How many are events now. */
  readonly replayed: number;
  /** How many stay. */
  readonly remaining: number;
  /** How many of the events are late for a window. */
  readonly late: number;
  /** Window rows that are new or changed. */
  readonly rows: number;
  /** The dead letters that the source has now. */
  readonly reasons: readonly ReasonCount[];
}

/** Which dead letters to decode again, and how to follow the work. */
export interface ReplayOptions {
  /** Only those of one reason, such as `ahead_of_kafka_time`. Default: all. */
  readonly reason?: string | null | undefined;
  /** Gets the counts so far, after each transaction. */
  readonly onProgress?: ((soFar: Pick<ReplayResult, 'replayed' | 'remaining'>) => void) | undefined;
  /** Stops between two transactions, with the signal's reason; what was replayed stays. */
  readonly signal?: AbortSignal | undefined;
}

export async function replayDeadLetters(
  systems: Systems,
  sourceName: string,
  { reason = null, onProgress, signal }: ReplayOptions,
): Promise<ReplayResult> {
  const pool = await systems.pool();
  (await loadRegistry(pool)).source(sourceName);
  const totals = { replayed: 0, remaining: 0, late: 0, rows: 0 };
  let after: LogPlace = { partition: -1, offset: 0n };
  for (;;) {
    signal?.throwIfAborted();
    const from = after;
    const { last, ...counts } = await withCurrentDefinitions(async () =>
      replayNextDeadLetters(pool, await loadStreamEngine(pool, sourceName), reason, from),
    );
    if (!last) break;
    after = last;
    for (const name of ['replayed', 'remaining', 'late', 'rows'] as const) totals[name] += counts[name];
    onProgress?.(totals);
  }
  return { source: sourceName, ...totals, reasons: await countDeadLetters(pool, sourceName) };
}
