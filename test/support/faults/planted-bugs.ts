import { setTimeout as delay } from 'node:timers/promises';
import { type Interceptor, interceptQueries, steps } from './intercept-queries.ts';

/** Bugs that tests plant to see that the checks find them. */
export const plantedBugs = ['offsets-before-rows', 'lost-update'] as const;
export type PlantedBug = (typeof plantedBugs)[number];

/** Plants a bug in this process, without a change of Asof's code. */
export function plant(bug: PlantedBug): void {
  interceptQueries(bug === 'offsets-before-rows' ? commitCursorsFirst : leaveOutLocks);
}

/** Commits the cursors in a transaction of their own, before the rows. */
const commitCursorsFirst: Interceptor = (_client, text, send) => {
  const sent = send();
  if (!steps.cursors.test(text)) return sent;
  return (sent as Promise<unknown>).then(async (moved) => {
    await send('COMMIT');
    await send('BEGIN');
    return moved;
  });
};

const RACE_MS = 200;

/**
 * Leaves out the locks, so that shards that touch the same tiles do not take turns. A delay between the read
 * and the write of the tiles makes the race likely.
 */
const leaveOutLocks: Interceptor = (_client, text, send) => {
  if (steps.locks.test(text)) return Promise.resolve({ rows: [], rowCount: 0 });
  return steps.tiles.test(text) && !text.startsWith('COPY') ? delay(RACE_MS).then(() => send()) : send();
};
