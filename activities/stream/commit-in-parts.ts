import type { RegisteredEngine } from '../../db/engine/load-engine.ts';
import type { Pool } from '../../db/sql/client.ts';
import { isRefusal, isShortage } from '../../db/sql/refusal.ts';
import { commitMicroBatch } from '../../db/stream/commit-micro-batch.ts';
import { isTooSparse } from '../../db/stream/touched-chunks.ts';
import { unstorable } from '../../db/stream/unstorable.ts';
import type { RowCounts } from '../../db/tables/row-counts.ts';
import { NOTHING_SEEN } from '../../domain/log/deduplication.ts';
import {
  type Cursors,
  type FoldedBatch,
  deadLetterBatch,
  foldMicroBatch,
  foldRefused,
  seenBefore,
} from './fold-micro-batch.ts';
import { type ReadPart, halves } from './read-part.ts';
import { LONGEST_SEARCH_MS, refusedPlaces } from './refused-places.ts';

/** What a commit needs beside its micro-batch. */
export interface CommitTools {
  readonly pool: Pool;
  readonly engine: RegisteredEngine;
  /** Whether there is time to commit another part. */
  readonly mayGoOn: () => boolean;
  /** Called after each transaction, with the counts of the rows that it wrote. */
  readonly onCommit: (part: FoldedBatch, counts: RowCounts) => void;
  /**
   * Whether a record that is refused alone for want of memory becomes a dead letter now. Otherwise the refusal
   * is thrown: what else the server does may be the reason, and may pass.
   */
  readonly mayBlame: () => boolean;
}

/** How far a micro-batch was committed. */
export interface Committed {
  /** The cursors at which the next micro-batch starts. */
  readonly cursors: Cursors;
  /** Whether all of it was committed. */
  readonly isWhole: boolean;
  /** Whether each record became what it was folded to. Otherwise what was folded ahead does not hold. */
  readonly isAsFolded: boolean;
}

/**
 * Commits a micro-batch, in one transaction if possible. If it would touch too many chunks, or the database
 * refuses it because of what is in it, its records are halved; each half is folded again and committed. A
 * record that is refused alone becomes a dead letter, or its refused events do. So no record stops the others.
 *
 * @throws what a transaction throws for another reason. The parts before it stay committed.
 */
export async function commitInParts(tools: CommitTools, part: FoldedBatch): Promise<Committed> {
  const { engine, mayBlame } = tools;
  const { records } = part.read;
  if (records.length > 1 && isTooSparse(engine, part.batch)) return commitHalves(tools, part);
  try {
    return await commitWhole(tools, part);
  } catch (error) {
    if (!isRefusal(error) || records.length === 0) throw error;
    if (records.length > 1) return commitHalves(tools, part);
    if (isShortage(error) && !mayBlame()) throw error;
    return { ...(await commitRefused(tools, part, error)), isAsFolded: false };
  }
}

/**
 * Commits a record that is refused alone. If it holds several events, those that are refused become dead letters
 * at their places, unless they are many or take too long to find.
 */
async function commitRefused(tools: CommitTools, part: FoldedBatch, refusal: unknown): Promise<Committed> {
  const { pool, engine } = tools;
  const seen = await seenBefore(pool, engine, part.read.records, NOTHING_SEEN);
  const until = Date.now() + LONGEST_SEARCH_MS;
  const search = { pool, engine, seen, mayGoOn: () => Date.now() < until };
  const refused = await refusedPlaces(search, part, refusal);
  if (refused) {
    try {
      return await commitWhole(tools, foldRefused(engine, part, seen, refused));
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return commitWhole(tools, deadLetterBatch(part.read, part.from, unstorable(refusal)));
}

async function commitWhole({ pool, engine, onCommit }: CommitTools, part: FoldedBatch): Promise<Committed> {
  onCommit(part, await commitMicroBatch(pool, engine, part.batch, part.entries));
  return { cursors: part.cursors, isWhole: true, isAsFolded: true };
}

async function commitHalves(tools: CommitTools, { read, from }: FoldedBatch): Promise<Committed> {
  const { pool, engine, mayGoOn } = tools;
  let committed: Committed = { cursors: from, isWhole: true, isAsFolded: true };
  const waiting: ReadPart[] = halves(read);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (!committed.isWhole || !mayGoOn()) return { ...committed, isWhole: false };
    const { cursors, isAsFolded } = committed;
    const seen = await seenBefore(pool, engine, next.records, NOTHING_SEEN);
    const folded = await foldMicroBatch(engine, next, cursors, seen);
    if (folded.rest) waiting.unshift(folded.rest);
    const part = await commitInParts(tools, folded);
    committed = { ...part, isAsFolded: isAsFolded && part.isAsFolded };
  }
  return committed;
}
