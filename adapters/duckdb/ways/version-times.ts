import type { DuckDBConnection } from '@duckdb/node-api';
import { candidatesOf } from '../candidates.ts';
import { NOTHING_FROM_THE_PATH, literal, pathToRead } from '../sql-text.ts';

/**
 * The name of the table that says since when what the lookup at `index` may find counts. Its columns: the `sequence` of
 * a write; when it was `known`, and first `published`; the earliest Kafka timestamp of its events, `record`; whether
 * it is `history`. Times are in microseconds since 1970.
 */
export function timesOf(index: number): string {
  return `times_${index}`;
}

/** Writes the sequences of the writes that made or superseded a candidate to a CSV file, each once. */
export async function writeSequences(
  connection: DuckDBConnection,
  index: number,
  path: string,
): Promise<void> {
  const candidates = candidatesOf(index);
  await connection.run(`
    COPY (
      SELECT written FROM ${candidates} UNION SELECT superseded FROM ${candidates} WHERE superseded IS NOT NULL
    ) TO ${literal(path)} (FORMAT csv, HEADER false)`);
}

/** Makes the table {@link timesOf} from the file that `db/training/write-times.ts` wrote. */
export async function readTimes(connection: DuckDBConnection, index: number, path: string): Promise<void> {
  const columns =
    "{'sequence': 'BIGINT', 'known': 'BIGINT', 'published': 'BIGINT', 'record': 'BIGINT', 'history': 'VARCHAR'}";
  await connection.run(`
    CREATE TABLE ${timesOf(index)} AS SELECT * REPLACE (history = 't' AS history)
    FROM read_csv(${pathToRead(path)}, header = false, auto_detect = false, delim = ',', columns = ${columns},
      compression = 'none', ${NOTHING_FROM_THE_PATH})`);
}
