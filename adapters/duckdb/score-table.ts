import { BIGINT, DOUBLE, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api';
import type { SpineColumn } from '../../domain/training/spine.ts';
import { appendRows } from './append-rows.ts';
import { spineField } from './spine-table.ts';
import { literal, quoted } from './sql-text.ts';

/** The table of the predictions. Its columns: the number `n` of the spine's row, then the outputs from `p0` on. */
const SCORES = 'scores';

/** A column of a file of predictions that comes from the spine: a key, or the moment. */
export type ScoredColumn = SpineColumn & { readonly role: 'key' | 'timestamp' };

/** What a file of predictions has beside the predictions. */
export interface ScoreFileColumns {
  readonly columns: readonly SpineColumn[];
  /** The names of the outputs of the model. */
  readonly outputs: readonly string[];
  /** The same texts and numbers in each row, by the name of their column. */
  readonly constants: Readonly<Record<string, string | number>>;
}

/** Takes the predictions of the spine's rows, in order. */
export class ScoreTable {
  readonly #appender: DuckDBAppender;
  #rows = 0;

  private constructor(appender: DuckDBAppender) {
    this.#appender = appender;
  }

  static async create(connection: DuckDBConnection, outputs: number): Promise<ScoreTable> {
    const fields = Array.from({ length: outputs }, (_, at) => `p${at} DOUBLE`);
    await connection.run(`CREATE TABLE ${SCORES} (n BIGINT, ${fields.join(', ')})`);
    return new ScoreTable(await connection.createAppender(SCORES));
  }

  get rows(): number {
    return this.#rows;
  }

  append(predictions: readonly (readonly number[])[]): void {
    const types = [BIGINT, ...(predictions[0] ?? []).map(() => DOUBLE)];
    const rows = predictions.map((values, at) => [BigInt(this.#rows + at), ...values]);
    appendRows(this.#appender, types, rows);
    this.#appender.flushSync();
    this.#rows += rows.length;
  }

  close(): void {
    this.#appender.closeSync();
  }
}

/** The columns of a spine that a file of predictions has. */
export function scoredColumns(columns: readonly SpineColumn[]): ScoredColumn[] {
  return columns.filter((column): column is ScoredColumn => ['key', 'timestamp'].includes(column.role));
}

/**
 * Writes the keys, the moments and the predictions of all rows to `path`, in the order of the spine. A moment in
 * Parquet is an instant, in CSV a time with a `Z`.
 */
export async function writeScoreFile(
  connection: DuckDBConnection,
  { columns, outputs, constants }: ScoreFileColumns,
  { path, form }: { readonly path: string; readonly form: 'parquet' | 'csv' },
): Promise<void> {
  const selected = [
    ...scoredColumns(columns).map((column) => {
      const field = `spine.${spineField(columns.indexOf(column))}`;
      return `${column.role === 'key' ? field : moment(field, form)} AS ${quoted(column.name)}`;
    }),
    ...outputs.map((name, at) => `${SCORES}.p${at} AS ${quoted(name)}`),
    ...Object.entries(constants).map(([name, value]) => `${literal(value)} AS ${quoted(name)}`),
  ];
  const format = form === 'parquet' ? 'FORMAT parquet, COMPRESSION zstd' : 'FORMAT csv, HEADER true';
  await connection.run(`
    COPY (SELECT ${selected.join(', ')} FROM spine JOIN ${SCORES} USING (n) ORDER BY n)
    TO ${literal(path)} (${format})`);
}

function moment(field: string, form: 'parquet' | 'csv'): string {
  return form === 'csv'
    ? `strftime(make_timestamp(${field}), '%Y-%m-%dT%H:%M:%S.%fZ')`
    : `make_timestamptz(${field})`;
}
