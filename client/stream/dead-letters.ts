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
import type { Connections } from '../shared/connections.ts';

/** The number of bytes of a value that are shown. */
const SHOWN_BYTES = 200;

/** A dead letter with a readable start of its value. */
export interface ListedDeadLetter extends Omit<DeadLetterView, 'start'> {
  /** The start of the value as text. Null if the record has no value. */
  readonly value: string | null;
}

/** The dead letters of a source. */
export interface DeadLetterList {
  readonly source: string;
  /** The number of dead letters by reason, most frequent first. */
  readonly reasons: readonly ReasonCount[];
  /** Newest first. */
  readonly deadLetters: readonly ListedDeadLetter[];
}

/** Which dead letters to list. */
export interface ListDeadLettersOptions {
  /** Lists only dead letters with this reason, such as `missing_field`. Default: all. */
  readonly reason?: string | null | undefined;
  /** The number of dead letters to list. Default: 20. */
  readonly limit?: number | undefined;
}

export async function listDeadLetters(
  connections: Connections,
  sourceName: string,
  { reason = null, limit = 20 }: ListDeadLettersOptions,
): Promise<DeadLetterList> {
  const pool = await connections.pool();
  (await loadRegistry(pool)).source(sourceName);
  const reasons = await countDeadLetters(pool, sourceName);
  const newest = await newestDeadLetters(pool, sourceName, { reason, limit, bytes: SHOWN_BYTES });
  return {
    source: sourceName,
    reasons,
    deadLetters: newest.map(({ start, ...deadLetter }) => ({
      ...deadLetter,
      value: start && new TextDecoder().decode(start),
    })),
  };
}

/** The result of a replay of dead letters. */
export interface ReplayResult {
  readonly source: string;
  /** The number of dead letters that are events now. */
  readonly replayed: number;
  /** The number that are not for the source as it is now, and are counted as skipped. */
  readonly skipped: number;
  /** The number that are still dead letters. */
  readonly remaining: number;
  /** The number of these events that are late for a window. */
  readonly late: number;
  /** The number of window rows that are new or changed. */
  readonly rows: number;
  /** The dead letters of the source after the replay, by reason. */
  readonly reasons: readonly ReasonCount[];
}

/** Which dead letters to decode again, and how to follow the work. */
export interface ReplayOptions {
  /** Replays only dead letters with this reason, such as `ahead_of_kafka_time`. Default: all. */
  readonly reason?: string | null | undefined;
  /** Called after each transaction with the totals so far. */
  readonly onProgress?: ((soFar: Pick<ReplayResult, 'replayed' | 'remaining'>) => void) | undefined;
  /**
   * Stops between two transactions: the call throws the reason of the signal, and keeps what was replayed.
   */
  readonly signal?: AbortSignal | undefined;
}

export async function replayDeadLetters(
  connections: Connections,
  sourceName: string,
  { reason = null, onProgress, signal }: ReplayOptions,
): Promise<ReplayResult> {
  const pool = await connections.pool();
  const schemas = connections.schemas();
  (await loadRegistry(pool)).source(sourceName);
  const totals = { replayed: 0, skipped: 0, remaining: 0, late: 0, rows: 0 };
  let after: LogPlace = { partition: -1, offset: 0n };
  for (;;) {
    signal?.throwIfAborted();
    const from = after;
    const { last, ...counts } = await withCurrentDefinitions(async () =>
      replayNextDeadLetters(pool, await loadStreamEngine(pool, sourceName, schemas), reason, from),
    );
    if (!last) break;
    after = last;
    for (const name of ['replayed', 'skipped', 'remaining', 'late', 'rows'] as const)
      totals[name] += counts[name];
    onProgress?.(totals);
  }
  return { source: sourceName, ...totals, reasons: await countDeadLetters(pool, sourceName) };
}
