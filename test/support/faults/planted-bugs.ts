import { setTimeout as delay } from 'node:timers/promises';
import { type Interceptor, interceptQueries, steps } from './intercept-queries.ts';

/** Bugs that tests plant to see that the checks find them. */
export const plantedBugs = ['offsets-before-rows', 'lost-update'] as const;
export type PlantedBug = (typeof plantedBugs)[number];

/** Bugs beyond the stream: in what is computed from it, and in what is served. */
export const lifeBugs = ['batch-without-rows', 'open-windows'] as const;
export type LifeBug = (typeof lifeBugs)[number];

const PLANTS: Readonly<Record<PlantedBug | LifeBug, () => void>> = {
  'offsets-before-rows': () => interceptQueries(commitCursorsFirst),
  'lost-update': () => interceptQueries(leaveOutLocks),
  'batch-without-rows': () => interceptQueries(loseOneBatch()),
  'open-windows': runAhead,
};

/** Plants a bug in this process, without a change of Asof's code. */
export function plant(bug: PlantedBug | LifeBug): void {
  PLANTS[bug]();
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

/** Loses the rows of the first batch, and records its run. */
function loseOneBatch(): Interceptor {
  let isDone = false;
  return (_client, text, send) => {
    if (isDone || !steps.batch.test(text)) return send();
    isDone = true;
    return (send('SAVEPOINT before_rows') as Promise<unknown>).then(async () => {
      const counts = await send();
      await send('ROLLBACK TO SAVEPOINT before_rows');
      return counts;
    });
  };
}

/** Longer than the distance of two windows, so that a window always opens in it. */
const AHEAD_MS = 16 * 60_000;

/** Sets the clock of this process ahead, so that windows that have not ended yet are visible to it. */
function runAhead(): void {
  const { now } = Date;
  Date.now = () => now() + AHEAD_MS;
}
