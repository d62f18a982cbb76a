import {
  BIGINT,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { SpineColumn, SpineRole, SpineRow } from '../../domain/training/spine.ts';

/** The size of one of DuckDB's data chunks, in rows. */
const CHUNK_ROWS = 2048;

const TYPES: Record<SpineRole, DuckDBType> = {
  key: VARCHAR,
  timestamp: BIGINT,
  label: DOUBLE,
  split: VARCHAR,
  other: VARCHAR,
};

/** The name in the spine table of the spine's column at `index`. The column's own name can be any text. */
export function spineField(index: number): string {
  return `c${index}`;
}

/**
 * The DuckDB table `spine`. Its columns: the row's number `n` from 0, then the spine's columns from `c0` on.
 * The timestamp is in microseconds since 1970.
 */
export class SpineTable {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  #rows = 0;

  private constructor(appender: DuckDBAppender, types: readonly DuckDBType[]) {
    this.#appender = appender;
    this.#types = types;
  }

  static async create(connection: DuckDBConnection, columns: readonly SpineColumn[]): Promise<SpineTable> {
    const types = columns.map(({ role }) => TYPES[role]);
    const fields = types.map((type, index) => `${spineField(index)} ${type.toString()}`);
    await connection.run(`CREATE TABLE spine (n BIGINT, ${fields.join(', ')})`);
    return new SpineTable(await connection.createAppender('spine'), [BIGINT, ...types]);
  }

  get rows(): number {
    return this.#rows;
  }

  append(rows: readonly SpineRow[]): void {
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      this.#appendChunk(rows.slice(start, start + CHUNK_ROWS));
    }
  }

  #appendChunk(rows: readonly SpineRow[]): void {
    const chunk = DuckDBDataChunk.create(this.#types, rows.length);
    const numbers = rows.map((_, index) => BigInt(this.#rows + index));
    const columns = this.#types.slice(1).map((_, index) => rows.map((row): DuckDBValue => row[index]!));
    chunk.setColumns([numbers, ...columns]);
    this.#appender.appendDataChunk(chunk);
    this.#rows += rows.length;
  }

  close(): void {
    this.#appender.closeSync();
  }
}
