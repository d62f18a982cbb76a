import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { ScalarFeatureType } from '../../domain/registry/definition.ts';
import { appendRows } from './append-rows.ts';

/** The table of what is computed of each row of the spine. Its columns: the row's number `n`, then those from `r0` on. */
export const COMPUTED = 'computed';

const TYPES: Record<ScalarFeatureType, DuckDBType> = {
  bigint: BIGINT,
  double: DOUBLE,
  string: VARCHAR,
  boolean: BOOLEAN,
};

/** A column of values that are computed in JavaScript. */
export interface ComputedColumn {
  readonly name: string;
  readonly type: ScalarFeatureType;
}

export function computedField(index: number): string {
  return `r${index}`;
}

/** Writes the table {@link COMPUTED}. */
export class ComputedTable {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];

  private constructor(appender: DuckDBAppender, types: readonly DuckDBType[]) {
    this.#appender = appender;
    this.#types = types;
  }

  static async create(
    connection: DuckDBConnection,
    columns: readonly ComputedColumn[],
  ): Promise<ComputedTable> {
    const types = columns.map(({ type }) => TYPES[type]);
    const fields = types.map((type, index) => `${computedField(index)} ${type.toString()}`);
    await connection.run(`CREATE TABLE ${COMPUTED} (n BIGINT, ${fields.join(', ')})`);
    return new ComputedTable(await connection.createAppender(COMPUTED), [BIGINT, ...types]);
  }

  /** Adds rows, each with its number and its values. */
  append(rows: readonly (readonly DuckDBValue[])[]): void {
    appendRows(this.#appender, this.#types, rows);
    this.#appender.flushSync();
  }

  close(): void {
    this.#appender.closeSync();
  }
}
