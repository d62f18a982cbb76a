import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { readParquet } from '../../../adapters/duckdb/training-set-file.ts';
import { spooled } from '../../../adapters/files/spool.ts';
import { spreadProblem } from '../../../db/batch/written/spread-problem.ts';
import { stagedBytes } from '../../../db/batch/written/stage-rows.ts';
import { writeRows } from '../../../db/batch/written/write-rows.ts';
import type { Pool } from '../../../db/sql/client.ts';
import type { WrittenRow } from '../../../domain/batch/written-row.ts';
import { type WrittenTable, titleOf } from '../../../domain/batch/written-table.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { MAX_KEY_BYTES, isKeyTooLong } from '../../../domain/log/key-length.ts';
import type { CanonicalValue } from '../../../domain/training/canonical-row.ts';
import type { TrainingSetColumn } from '../../../domain/training/manifest.ts';

/** A Parquet file of predictions. */
export interface ScoresToWrite {
  readonly path: string;
  readonly columns: readonly TrainingSetColumn[];
  /** What the write is recorded to come from. */
  readonly origin: { readonly name: string; readonly sha256: string };
}

/**
 * Writes predictions into an external table, all or none, as `write-table` does. An equal prediction changes
 * nothing, so that it is safe to repeat.
 *
 * @returns the number of rows that are new or changed.
 * @throws AsofError `ASOF_SCORES_REFUSED`.
 */
export async function writeScoreTable(
  pool: Pool,
  connection: DuckDb,
  table: WrittenTable,
  { path, columns, origin }: ScoresToWrite,
): Promise<number> {
  const rows = writtenRows(table, columns, readParquet(connection, columns, path));
  const { changed } = await spooled(stagedBytes(table, rows), (spool) =>
    writeRows(pool, table, {
      bytes: spool.read(),
      origin,
      contradictionsShown: 1,
      accept: ([contradiction], staged) => {
        if (contradiction)
          throw refused(
            table,
            `rows ${contradiction.first} and ${contradiction.second} of the spine have one key and moment, and other predictions`,
          );
        const [problem] = spreadProblem(table, staged);
        if (problem !== undefined) throw refused(table, problem);
      },
    }),
  );
  return changed;
}

async function* writtenRows(
  table: WrittenTable,
  columns: readonly TrainingSetColumn[],
  parts: AsyncIterable<Iterable<readonly CanonicalValue[]>>,
): AsyncGenerator<readonly WrittenRow[]> {
  const moment = columns.findIndex(({ type }) => type === 'timestamp');
  const positions = table.columns.map((column) => columns.findIndex(({ name }) => name === column.name));
  const keys = table.primaryKeys.map((key) => columns.findIndex(({ name }) => name === key));
  let at = 0;
  for await (const part of parts) {
    const group: WrittenRow[] = [];
    for (const row of part) {
      at += 1;
      if (isKeyTooLong(keys.map((key) => String(row[key]))))
        throw refused(table, `the key of row ${at} has more than ${MAX_KEY_BYTES} bytes of UTF-8`);
      group.push({ at, values: [...positions, moment].map((position) => row[position] ?? null) });
    }
    yield group;
  }
}

function refused(table: WrittenTable, why: string): AsofError {
  return new AsofError(
    'ASOF_SCORES_REFUSED',
    `${titleOf(table)} cannot take the predictions, and none was written: ${why}`,
    { details: { table: table.name } },
  );
}
