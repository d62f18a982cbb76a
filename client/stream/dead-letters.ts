import { withCurrentDefinitions } from '../../db/commits/source-revisions.ts';
import { loadStreamEngine } from '../../db/engine/load-engine.ts';
import {
  type DeadLetterView,
  type ReasonCount,
  countDeadLetters,
  newestDeadLetters,
} from '../../db/log/dead-letters.ts';
import type { Place } from '../../db/log/log-place.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import { replayNextDeadLetters } from '../../db/stream/dead-letters/replay-dead-letters.ts';

/** How much of a value is shown, in bytes. */
const SHOWN_BYTES = 200;

export interface ListedDeadLetter extends Omit<DeadLetterView, 'start'> {
  /** The start of the value as text; null where it had none. */
  readonly value: string | null;
}

export interface DeadLetterList {
  readonly source: string;
  readonly reasons: readonly ReasonCount[];
  readonly deadLetters: readonly ListedDeadLetter[];
}

/** What the dead letters of a source are: how many by reason, and the newest, all of them or those of one reason. */
export async function listDeadLetters(
  pool: Pool,
  sourceName: string,
  { reason = null, limit = 20 }: { reason?: string | null; limit?: number } = {},
): Promise<DeadLetterList> {
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

export interface ReplayResult {
  readonly source: string;
  readonly replayed: number;
  readonly kept: number;
  readonly late: number;
  readonly rows: number;
  /** The dead letters that the source has now. */
  readonly reasons: readonly ReasonCount[];
}

export interface ReplayOptions {
  readonly reason?: string | null;
  readonly onProgress?: (soFar: Pick<ReplayResult, 'replayed' | 'kept'>) => void;
  readonly signal?: AbortSignal;
}

/**
 * Decodes the dead letters of a source again with its current definition, in the order of the log, chunk by chunk, each
 * one transaction: those that are events now become raw events and enter the features, the others stay. Safe beside the
 * running stream, and to do again at any time.
 */
export async function replayDeadLetters(
  pool: Pool,
  sourceName: string,
  { reason = null, onProgress, signal }: ReplayOptions = {},
): Promise<ReplayResult> {
  const totals = { replayed: 0, kept: 0, late: 0, rows: 0 };
  let after: Place = { partition: -1, offset: 0n };
  for (;;) {
    signal?.throwIfAborted();
    const from = after;
    const { last, ...counts } = await withCurrentDefinitions(async () =>
      replayNextDeadLetters(pool, await loadStreamEngine(pool, sourceName), reason, from),
    );
    if (!last) break;
    after = last;
    for (const name of ['replayed', 'kept', 'late', 'rows'] as const) totals[name] += counts[name];
    onProgress?.(totals);
  }
  return { source: sourceName, ...totals, reasons: await countDeadLetters(pool, sourceName) };
}
