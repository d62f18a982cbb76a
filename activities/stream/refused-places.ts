import type { RegisteredEngine } from '../../db/engine/load-engine.ts';
import type { Pool } from '../../db/sql/client.ts';
import { isRefusal, isShortage } from '../../db/sql/refusal.ts';
import { tryMicroBatch } from '../../db/stream/commit-micro-batch.ts';
import { unstorable } from '../../db/stream/unstorable.ts';
import type { SeenEvents } from '../../domain/log/deduplication.ts';
import { type Rejection, rejectionFor } from '../../domain/log/rejection.ts';
import { findRefused } from '../../domain/stream/find-refused.ts';
import { reportAlive } from '../shared/progress.ts';
import { type FoldedBatch, foldRefused } from './fold-micro-batch.ts';

/** How long the search may take, in ms. It begins in the first half of its activity's time. */
export const LONGEST_SEARCH_MS = 60_000;

/** What a search for refused places needs beside the record. */
export interface RefusedSearch {
  readonly pool: Pool;
  readonly engine: RegisteredEngine;
  readonly seen: SeenEvents;
  /** Whether there is time for another trial, which is a transaction. */
  readonly mayGoOn: () => boolean;
}

/**
 * Finds the events of a record that the database refuses, by trials. Everything is rolled back.
 *
 * @param refusal the refusal of all of them.
 * @returns why, by the index of the event. Undefined if the record does not hold several events, if too many are
 * refused, if the search takes too long, or if the server is short of something, which says nothing of one event.
 */
export async function refusedPlaces(
  search: RefusedSearch,
  part: FoldedBatch,
  refusal: unknown,
): Promise<ReadonlyMap<number, Rejection> | undefined> {
  const indexes = part.batch.raw.flatMap(({ event: { index } }) => (index === undefined ? [] : [index]));
  if (indexes.length === 0 || isShortage(refusal)) return undefined;
  if (indexes.length === 1) return new Map([[indexes[0]!, unstorable(refusal)]]);
  const refused = await findRefused<Error>(indexes, {
    refusalOf(events) {
      reportAlive();
      return refusalOf(search, part, events);
    },
    mayGoOn: (answer) => !isShortage(answer) && search.mayGoOn(),
  });
  return refused && new Map([...refused].map(([index, why]) => [index, unstorable(why)]));
}

/** Why the database refuses some events of a record. Undefined if it does not. The dead letters stay out. */
async function refusalOf(
  { pool, engine, seen }: RefusedSearch,
  part: FoldedBatch,
  events: ReadonlySet<number>,
): Promise<Error | undefined> {
  const others = part.batch.raw
    .map(({ event: { index = 0 } }) => index)
    .filter((index) => !events.has(index));
  const { batch, entries } = foldRefused(
    engine,
    part,
    seen,
    new Map(others.map((index) => [index, LEFT_OUT])),
  );
  try {
    await tryMicroBatch(pool, engine, { ...batch, deadLetters: [] }, entries);
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

/** Of an event that is not in a trial. It is stored nowhere. */
const LEFT_OUT = rejectionFor('unstorable', 'it is left out');
