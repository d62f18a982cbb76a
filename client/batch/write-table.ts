import { spooled } from '../../adapters/files/spool.ts';
import { TableFault } from '../../adapters/files/table-fault.ts';
import { spreadProblem } from '../../db/batch/written/spread-problem.ts';
import { stagedBytes } from '../../db/batch/written/stage-rows.ts';
import { writeRows } from '../../db/batch/written/write-rows.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { rowReader } from '../../domain/batch/read-row.ts';
import type { GivenRow, WrittenRow } from '../../domain/batch/written-row.ts';
import { type WrittenTable, titleOf, writtenTable } from '../../domain/batch/written-table.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Connections } from '../shared/connections.ts';
import type { GivenRows } from './given/given-rows.ts';
import { type RowFormat, rowsOfFile } from './given/rows-of-file.ts';
import { rowsOfProgram } from './given/rows-of-program.ts';
import { PROBLEMS_SHOWN, contradictionsIn, invalidRows } from './row-problems.ts';

/** How rows are written. */
export interface WriteTableOptions {
  /**
   * The format of a file. Default: `csv` or `parquet` for a file with that ending, otherwise `ndjson`, one JSON
   * object a line.
   */
  readonly format?: RowFormat | undefined;
  /**
   * Whether the rows are history that is imported. A training set `as-known` then counts a new row as known since it
   * became visible, not only since this write, and says how often it did. For external tables.
   */
  readonly history?: boolean | undefined;
  /** Called with what a person should know of a file that was read, such as a column that was left out. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** The result of writing rows into a table. */
export interface WriteTableResult {
  readonly table: string;
  /** The number of given rows. */
  readonly rows: number;
  /** The number of rows that are new or differ from the stored row. */
  readonly changed: number;
}

export async function writeTable(
  connections: Connections,
  name: string,
  from: string | Iterable<object> | AsyncIterable<object>,
  { format, history = false, onNote = () => {} }: WriteTableOptions,
): Promise<WriteTableResult> {
  const pool = await connections.pool();
  const table = writtenTable((await loadRegistry(pool)).writtenTable(name));
  if (history) requireExternal(table);
  const given =
    typeof from === 'string' ? await rowsOfFile({ path: from, table, onNote }, format) : rowsOfProgram(from);
  // Rows may come slowly: from a query, a program, another command. The transaction begins when all are here.
  const counts = await spooled(stagedBytes(table, readGroups(table, given)), (spool) =>
    writeRows(pool, table, {
      bytes: spool.read(),
      origin: given.origin(),
      contradictionsShown: PROBLEMS_SHOWN,
      accept: (contradictions, staged) => {
        const problems = [
          ...contradictionsIn(table, given.place, contradictions),
          ...spreadProblem(table, staged),
        ];
        if (problems.length > 0) throw invalidRows(table, problems);
      },
      onWait: connections.sayWaiting('write-table'),
      isHistory: history,
    }),
  );
  return { table: name, ...counts };
}

function requireExternal(table: WrittenTable): void {
  if (table.kind === 'external_table') return;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `history says since when rows of an external table count as known; ${titleOf(table)} is read by batch tables, whose rows ` +
      'are known since they were computed. Write it without history',
    { details: { table: table.name } },
  );
}

/**
 * Reads the rows. After the first problem no row is read for its values; after {@link PROBLEMS_SHOWN} the rest
 * is not read.
 *
 * @throws AsofError `ASOF_ROWS_INVALID`.
 */
async function* readGroups(table: WrittenTable, given: GivenRows): AsyncGenerator<readonly WrittenRow[]> {
  const read = rowReader(table, given.isTextOnly);
  const problems: string[] = [];
  for await (const group of sound(table, given.groups)) {
    const rows: WrittenRow[] = [];
    for (const row of group) {
      const outcome = 'problem' in row ? { problems: [row.problem] } : read(row.json);
      if ('problems' in outcome)
        problems.push(...outcome.problems.map((problem) => `${given.place} ${row.at}: ${problem}`));
      else rows.push({ at: row.at, values: outcome });
      if (problems.length >= PROBLEMS_SHOWN)
        throw invalidRows(table, [
          ...problems.slice(0, PROBLEMS_SHOWN),
          'and maybe more: the rest was not read',
        ]);
    }
    if (problems.length === 0) yield rows;
  }
  if (problems.length > 0) throw invalidRows(table, problems);
}

/** Groups of rows of a file that can be read as its format. */
async function* sound(
  table: WrittenTable,
  groups: GivenRows['groups'],
): AsyncGenerator<readonly GivenRow[], void, undefined> {
  try {
    yield* groups;
  } catch (error) {
    throw error instanceof TableFault ? invalidRows(table, [error.message]) : error;
  }
}
