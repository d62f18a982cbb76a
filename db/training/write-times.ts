import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import sql, { raw } from 'sql-template-tag';
import { type Pool, inTransaction } from '../sql/client.ts';
import { microsExpression } from '../sql/timestamp.ts';
import { publishedAt } from '../tables/readable-until.ts';

/** The sequences of some writes, and where to say when each became known and was published. */
export interface WriteTimesExport {
  readonly table: string;
  /** The last sync that counts. */
  readonly lastSync: number;
  /** CSV to read: a sequence a line. */
  readonly sequencesPath: string;
  /**
   * CSV to write: the sequence; when the write was known, and first published; the earliest Kafka timestamp of its
   * events; whether it is history. Times are in microseconds since 1970, and empty where there is none.
   */
  readonly timesPath: string;
}

/** Says of each of some writes since when its rows count. Reads only what never changes, so that it needs no snapshot. */
export async function exportWriteTimes(pool: Pool, files: WriteTimesExport): Promise<void> {
  const published = publishedAt(files.table, raw(String(files.lastSync)), raw('wanted.sequence'));
  const query = sql`
    SELECT wanted.sequence, ${raw(microsExpression('known_at'))},
      (SELECT ${raw(microsExpression('published_at'))} FROM (${published}) AS published),
      ${raw(microsExpression('earliest_record'))}, coalesce(is_history, false)
    FROM wanted_writes AS wanted LEFT JOIN asof.writes USING (sequence)`;
  await inTransaction(pool, async (client) => {
    await client.query('CREATE TEMPORARY TABLE wanted_writes (sequence bigint) ON COMMIT DROP');
    await pipeline(
      createReadStream(files.sequencesPath),
      client.query(copyFrom('COPY wanted_writes FROM STDIN (FORMAT csv)')),
    );
    await pipeline(
      client.query(copyTo(`COPY (${query.text}) TO STDOUT (FORMAT csv)`)),
      createWriteStream(files.timesPath),
    );
  });
}
