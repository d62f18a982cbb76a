import { setTimeout as delay } from 'node:timers/promises';
import { type Interceptor, interceptQueries, steps } from './intercept-queries.ts';

/** Bugs that Asof does not have, put in to see that they are found. */
export const plantedBugs = ['offsets-before-rows', 'lost-update'] as const;
export type PlantedBug = (typeof plantedBugs)[number];

/** Puts a bug into this process, from outside of Asof's code. */
export function plant(bug: PlantedBug): void {
  interceptQueries(bug === 'offsets-before-rows' ? commitCursorsFirst : leaveOutLocks);
}

/** The cursors in a transaction of their own, ahead of the rows. */
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

/** Shards that touch the same tiles do not take turns; each is held up a little between reading and writing them. */
const leaveOutLocks: Interceptor = (_client, text, send) => {
  if (steps.locks.test(text)) return Promise.resolve({ rows: [], rowCount: 0 });
  return steps.tiles.test(text) && !text.startsWith('COPY') ? delay(RACE_MS).then(() => send()) : send();
};
