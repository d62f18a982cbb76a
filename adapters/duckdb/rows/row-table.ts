import { join } from 'node:path';
import { BIGINT, BOOLEAN, DOUBLE, type DuckDBAppender, type DuckDBType, VARCHAR } from '@duckdb/node-api';
import type { ScalarFeatureValue } from '../../../domain/aggregation/aggregator.ts';
import type { ScalarFeatureType } from '../../../domain/registry/definition.ts';
import type { ColumnStatistics } from '../../../domain/training/statistics.ts';
import { appendRows } from '../append-rows.ts';
import { measureColumns } from '../column-statistics.ts';
import type { DuckDb } from '../database.ts';
import { literal, quoted } from '../sql-text.ts';

/** A column of rows that are measured. */
export interface MeasuredColumn {
  readonly name: string;
  readonly type: ScalarFeatureType;
}

/** Takes rows of features, and says what their columns are like. What does not fit into memory goes to disk. */
export class RowTable {
  readonly #connection: DuckDb;
  readonly #name: string;
  readonly #columns: readonly MeasuredColumn[];
  readonly #appender: DuckDBAppender;
  #rows = 0;

  private constructor(
    connection: DuckDb,
    name: string,
    columns: readonly MeasuredColumn[],
    appender: DuckDBAppender,
  ) {
    this.#connection = connection;
    this.#name = name;
    this.#columns = columns;
    this.#appender = appender;
  }

  /** @param name the name of the table in DuckDB, and of its file. */
  static async create(
    connection: DuckDb,
    name: string,
    columns: readonly MeasuredColumn[],
  ): Promise<RowTable> {
    const fields = columns.map((column) => `${quoted(column.name)} ${TYPES[column.type].toString()}`);
    await connection.run(
      `CREATE TABLE ${quoted(name)} (row BIGINT${fields.map((one) => `, ${one}`).join('')})`,
    );
    return new RowTable(connection, name, columns, await connection.createAppender(name));
  }

  /** Adds rows, each with a value for each column. */
  append(rows: readonly (readonly ScalarFeatureValue[])[]): void {
    const types = [BIGINT, ...this.#columns.map(({ type }) => TYPES[type])];
    const isBigint = this.#columns.map(({ type }) => type === 'bigint');
    const typed = rows.map((row, at) => [
      BigInt(this.#rows + at),
      ...row.map((value, index) => (isBigint[index] && value !== null ? BigInt(value) : value)),
    ]);
    appendRows(this.#appender, types, typed);
    this.#appender.flushSync();
    this.#rows += rows.length;
  }

  /**
   * What some of the columns are like.
   *
   * @param folder where a file of the rows is written, which stays there.
   */
  async measure(folder: string, names: ReadonlySet<string>): Promise<ColumnStatistics[]> {
    const columns = this.#columns.filter(({ name }) => names.has(name));
    if (columns.length === 0) return [];
    const path = join(folder, `${this.#name}.parquet`);
    await this.#connection.run(
      `COPY (SELECT ${columns.map(({ name }) => quoted(name)).join(', ')} FROM ${quoted(this.#name)}) TO ${literal(path)} (FORMAT parquet)`,
    );
    const file = { path, rows: this.#rows };
    const measured = await measureColumns(this.#connection, file, columns);
    return measured.map((one) => ({ ...one, notFound: null }));
  }

  close(): void {
    this.#appender.closeSync();
  }
}

const TYPES: Record<ScalarFeatureType, DuckDBType> = {
  bigint: BIGINT,
  double: DOUBLE,
  string: VARCHAR,
  boolean: BOOLEAN,
};
