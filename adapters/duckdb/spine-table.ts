import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
  VARCHAR,
} from '@duckdb/node-api';
import type { RequestFieldType } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { SpineColumn, SpineRole, SpineRow } from '../../domain/training/spine.ts';
import { appendRows } from './append-rows.ts';

const TYPES: Record<Exclude<SpineRole, 'request' | 'given'>, DuckDBType> = {
  key: VARCHAR,
  timestamp: BIGINT,
  label: DOUBLE,
  split: VARCHAR,
  other: VARCHAR,
  weight: DOUBLE,
};

const FIELD_TYPES: Record<RequestFieldType, DuckDBType> = {
  string: VARCHAR,
  double: DOUBLE,
  integer: BIGINT,
  boolean: BOOLEAN,
  timestamp: BIGINT,
};

/** The name in the spine table of the spine's column at `index`. The column's own name can be any text. */
export function spineField(index: number): string {
  return `c${index}`;
}

/** The type in the spine table of a column. */
export function spineFieldType(column: SpineColumn): DuckDBType {
  return 'field' in column ? FIELD_TYPES[column.field.type] : TYPES[column.role];
}

/** The earliest and the latest observation timestamp of the table `spine`. */
export async function spineMoments(
  connection: DuckDBConnection,
  columns: readonly SpineColumn[],
): Promise<{ readonly earliest: Instant; readonly latest: Instant }> {
  const moment = spineField(columns.findIndex(({ role }) => role === 'timestamp'));
  const read = await connection.runAndReadAll(`SELECT min(${moment}), max(${moment}) FROM spine`);
  const [earliest, latest] = read.getRows()[0] as [Instant, Instant];
  return { earliest, latest };
}

/**
 * The DuckDB table `spine`. Its columns: the row's number `n` from 0, then the spine's columns from `c0` on.
 * Timestamps are in microseconds since 1970. It is temporary, and on disk only where memory ends: to compress and
 * write it took longer than to read it.
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
    const types = columns.map(spineFieldType);
    const fields = types.map((type, index) => `${spineField(index)} ${type.toString()}`);
    await connection.run(`CREATE TEMP TABLE spine (n BIGINT, ${fields.join(', ')})`);
    return new SpineTable(await connection.createAppender('spine'), [BIGINT, ...types]);
  }

  get rows(): number {
    return this.#rows;
  }

  append(rows: readonly SpineRow[]): void {
    const stored = rows.map((row, index) => [
      BigInt(this.#rows + index),
      ...row.map((value, column) =>
        this.#types[column + 1] === BIGINT && typeof value === 'number' ? BigInt(value) : value,
      ),
    ]);
    appendRows(this.#appender, this.#types, stored);
    this.#rows += rows.length;
  }

  close(): void {
    this.#appender.closeSync();
  }
}
