import sql from 'sql-template-tag';
import type { Client } from '../client.ts';
import { Patience, type ProcessSign, type Wait, signOf } from './patience.ts';

/** A server process that holds a lock. */
export interface LockHolder {
  readonly process: number;
  readonly sign: ProcessSign;
  /** What it does, and since when. */
  readonly words: string;
}

/** The processes, other than the client's, that hold an advisory lock of the database. */
export async function holdersOf(client: Client, key: string): Promise<LockHolder[]> {
  // Within a transaction, what the view says stays as it was at the first look.
  await client.query(sql`SELECT pg_stat_clear_snapshot()`);
  const { rows } = await client.query<{ process: number; state: string; since: string; wait: Wait }>(sql`
    WITH wanted AS (SELECT hashtextextended(${key}, 0) AS key)
    SELECT pid AS process, state, state_change::text AS since, jsonb_build_array(wait_event_type, wait_event) AS wait
    FROM pg_locks JOIN pg_stat_activity USING (pid) CROSS JOIN wanted
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = (key >> 32) & 4294967295 AND objid::bigint = key & 4294967295
    ORDER BY pid`);
  return rows.map(({ process, state, since, wait }) => ({
    process,
    sign: signOfHolder(state, since, wait),
    words: `server process ${process} (${state} since ${since})`,
  }));
}

/** A statement that begins or ends is progress. Between two of them, the holder waits for its client. */
function signOfHolder(state: string, since: string, wait: Wait): ProcessSign {
  const { doing, mark } = signOf(wait, [wait]);
  return { doing: state === 'active' ? doing : 'waits', mark: `${since} ${mark}` };
}

/** The patience with all processes that hold a lock: as long as each of them gets on. */
export class HoldersPatience {
  #holders = new Map<number, Patience>();

  /**
   * Takes the holders as they are now.
   *
   * @param sinceLast the time since they were last taken, in ms.
   * @returns those that have not got on for too long.
   */
  outOf(holders: readonly LockHolder[], sinceLast: number): LockHolder[] {
    const before = this.#holders;
    this.#holders = new Map(
      holders.map(({ process }) => [process, before.get(process) ?? new Patience()] as const),
    );
    return holders.filter(({ process, sign }) => this.#holders.get(process)!.endsWith(sign, sinceLast));
  }
}
