import sql from 'sql-template-tag';
import { holdRevision } from '../../commits/source-revisions.ts';
import { FORESEEN, foreseeWrite } from '../../commits/writes.ts';
import type { TableEngine } from '../../engine/load-engine.ts';
import { type Client, type Pool, between } from '../../sql/client.ts';
import { type LateRange, mergeStep } from './merge-late-events.ts';

/** A late merge that was foreseen: it lies between two sequences, as one that happened would. */
export interface ForeseenMerge {
  /** The number of late events that would be merged. */
  readonly merged: number;
  /** The sequence of the last write before it. */
  readonly after: string;
  /** The sequence up to which it is seen, in its transaction alone. */
  readonly through: string;
}

/** How many events a step takes, as in a backfill. */
const STEP_EVENTS = 10_000;

/**
 * Merges the kept late events of a range, runs `work` on the outcome, and rolls all of it back. Writers of the same
 * entities wait meanwhile; others go on.
 *
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict) when the registry has changed since the engine was loaded.
 */
export function foreseeMerge<Result>(
  pool: Pool,
  tableEngine: TableEngine,
  range: LateRange,
  work: (client: Client, merge: ForeseenMerge) => Promise<Result>,
): Promise<Result> {
  const { source } = tableEngine.engine;
  const foresee = async (client: Client): Promise<Result> => {
    await holdRevision(client, source.name, tableEngine.engine.revision);
    let merged = 0;
    for (let from = range.from; ;) {
      const step = await mergeStep({ client, ...tableEngine }, { ...range, from }, STEP_EVENTS, foreseeWrite);
      if (!step) break;
      merged += step.merged;
      from = step.reached;
    }
    return work(client, { merged, ...(await sequences(client)) });
  };
  return between(pool, 'BEGIN', foresee, 'ROLLBACK');
}

async function sequences(client: Client): Promise<Pick<ForeseenMerge, 'after' | 'through'>> {
  const { rows } = await client.query<{ after: string; through: string }>(sql`
    SELECT coalesce(max(sequence) FILTER (WHERE sequence < ${String(FORESEEN)}), 0)::text AS after,
           coalesce(max(sequence), 0)::text AS through FROM asof.writes`);
  return rows[0]!;
}
