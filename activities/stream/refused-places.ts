import type { RegisteredEngine } from '../../db/engine/load-engine.ts';
import type { Pool } from '../../db/sql/client.ts';
import { isRefusal, isShortage } from '../../db/sql/refusal.ts';
import { tryMicroBatch } from '../../db/stream/commit-micro-batch.ts';
import { unstorable } from '../../db/stream/unstorable.ts';
import type { SeenEvents } from '../../domain/log/deduplication.ts';
import type { Rejection } from '../../domain/log/rejection.ts';
import { reportAlive } from '../shared/progress.ts';
import { type FoldedBatch, foldRefused } from './fold-micro-batch.ts';

/** With more refused events, the whole record is a dead letter. Each costs some transactions that are rolled back. */
const MOST_REFUSED = 20;

/** What a search for refused places needs beside the record. */
export interface RefusedSearch {
  readonly pool: Pool;
  readonly engine: RegisteredEngine;
  readonly seen: SeenEvents;
}

/**
 * Finds the events of a record that the database refuses, by halving them: an event is refused if it is with
 * those before it that are not. Everything is rolled back.
 *
 * @param refusal the refusal of all of them.
 * @returns why, by the index of the event. Undefined if the record does not hold several events, if too many are
 * refused, or if the server is short of something, which says nothing of one event.
 */
export async function refusedPlaces(
  search: RefusedSearch,
  part: FoldedBatch,
  refusal: unknown,
): Promise<ReadonlyMap<number, Rejection> | undefined> {
  const indexes = part.batch.raw.flatMap(({ event: { index } }) => (index === undefined ? [] : [index]));
  if (indexes.length === 0 || isShortage(refusal)) return undefined;
  const whole = unstorable(refusal);
  if (indexes.length === 1) return new Map([[indexes[0]!, whole]]);
  const refused = new Map<number, Rejection>();
  const stored = new Set<number>();
  const waiting = halvesOf(indexes);
  for (let some = waiting.shift(); some; some = waiting.shift()) {
    reportAlive();
    const tried = new Set([...stored, ...some]);
    const leftOut = indexes.filter((index) => !tried.has(index));
    const why = await refusalWithout(search, part, new Map(leftOut.map((index) => [index, whole])));
    if (why === undefined) for (const index of some) stored.add(index);
    else if (isShortage(why) || refused.size === MOST_REFUSED) return undefined;
    else if (some.length === 1) refused.set(some[0]!, unstorable(why));
    else waiting.unshift(...halvesOf(some));
  }
  return refused;
}

/** Why the database refuses a record without some of its events. Undefined if it does not. */
async function refusalWithout(
  { pool, engine, seen }: RefusedSearch,
  part: FoldedBatch,
  leftOut: ReadonlyMap<number, Rejection>,
): Promise<unknown> {
  const { batch, entries } = foldRefused(engine, part, seen, leftOut);
  try {
    await tryMicroBatch(pool, engine, batch, entries);
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function halvesOf(indexes: readonly number[]): (readonly number[])[] {
  const middle = Math.floor(indexes.length / 2);
  return [indexes.slice(0, middle), indexes.slice(middle)];
}
