import { joinKey } from '../../domain/batch/joined-tables.ts';
import type { RowValues } from '../../domain/batch/read-row.ts';
import type { WrittenTable } from '../../domain/batch/written-table.ts';
import type { ExpressionValue } from '../../domain/expressions/value.ts';
import type { FieldValue } from '../../domain/log/event.ts';
import type { Instant } from '../../domain/time/instant.ts';

/** The rows of a reference table: one for each key and moment. */
export class ReferenceStore {
  readonly #keyIndexes: readonly number[];
  readonly #rows = new Map<string, Map<Instant, readonly FieldValue[]>>();

  constructor({ primaryKeys, columns }: WrittenTable) {
    this.#keyIndexes = primaryKeys.map((key) => columns.findIndex(({ name }) => name === key));
  }

  /** Writes a row: the values of its columns, then the moment from which it is valid. */
  write(row: RowValues): void {
    const values = row.slice(0, -1);
    const validFrom = row.at(-1) as Instant;
    const key = joinKey(this.#keyIndexes.map((index) => values[index] as string));
    const ofKey = this.#rows.get(key) ?? new Map<Instant, readonly FieldValue[]>();
    this.#rows.set(key, ofKey);
    ofKey.set(validFrom, values);
  }

  /** The values of the row of a key that is valid at a moment. Undefined: there is none. */
  validAt(key: string, moment: Instant): readonly ExpressionValue[] | undefined {
    let newest: Instant | undefined;
    const ofKey = this.#rows.get(key);
    for (const from of ofKey?.keys() ?? [])
      if (from <= moment && (newest === undefined || from > newest)) newest = from;
    return newest === undefined ? undefined : ofKey!.get(newest);
  }
}
