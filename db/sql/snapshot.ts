import { type Client, type Pool, between } from './client.ts';

/** Runs `work` in a read-only snapshot: every query sees the same committed writes. */
export function inSnapshot<Result>(pool: Pool, work: (client: Client) => Promise<Result>): Promise<Result> {
  return between(pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work, 'COMMIT');
}
