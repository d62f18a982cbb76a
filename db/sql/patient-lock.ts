import sql from 'sql-template-tag';
import { type Client, inSavepoint } from './client.ts';
import { heldTooLong, isLockTimeout } from './sessions/connection-failures.ts';
import { HoldersPatience, holdersOf } from './sessions/lock-holders.ts';

/** Called once if a lock is not free, with who holds it. */
export type OnLockWait = (holders: string) => void;

/** How long a wait lasts before it looks again whether the holders get on. */
const LOOK_EVERY_MS = 2_000;

/**
 * Takes an advisory lock until the transaction ends. Waits for those that hold it for as long as they get on,
 * not only for the `lock_timeout` of the session: what they do may take long, and is not in vain.
 *
 * @throws AsofError `ASOF_DATABASE_LOCKED` (conflict) when a holder has shown no progress for as long as the
 * watch over silent statements would believe it. The message names it.
 */
export async function lockPatiently(
  client: Client,
  key: string,
  onWait: OnLockWait = () => {},
): Promise<void> {
  if (await isFree(client, key)) return;
  const patience = new HoldersPatience();
  for (let looked = performance.now(), isFirst = true; ; isFirst = false) {
    const holders = await holdersOf(client, key);
    const now = performance.now();
    const hanging = patience.outOf(holders, now - looked);
    looked = now;
    if (hanging.length > 0) throw heldTooLong(key, namesOf(hanging));
    if (isFirst && holders.length > 0) onWait(namesOf(holders));
    if (await comesSoon(client, key)) return;
  }
}

/** Whether the lock is free; then it is taken. */
async function isFree(client: Client, key: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) AS taken`,
  );
  return rows[0]!.taken;
}

/** Stands in the queue for the lock for a while. */
async function comesSoon(client: Client, key: string): Promise<boolean> {
  const { rows } = await client.query<{ timeout: string }>(
    sql`SELECT current_setting('lock_timeout') AS timeout`,
  );
  try {
    await inSavepoint(client, async () => {
      await client.query(sql`SELECT set_config('lock_timeout', ${String(LOOK_EVERY_MS)}, true)`);
      await client.query(sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
      await client.query(sql`SELECT set_config('lock_timeout', ${rows[0]!.timeout}, true)`);
    });
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  }
}

function namesOf(holders: readonly { readonly words: string }[]): string {
  return holders.map(({ words }) => words).join(', ');
}
