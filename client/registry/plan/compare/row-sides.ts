import type { DuckDb } from '../../../../adapters/duckdb/database.ts';
import { type MeasuredColumn, RowTable } from '../../../../adapters/duckdb/rows/row-table.ts';
import type { ScalarFeatureValue } from '../../../../domain/aggregation/aggregator.ts';
import { featureTypes } from '../../../../domain/features/feature-types.ts';
import type { EventSourceDefinition, StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import type { ColumnStatistics } from '../../../../domain/training/statistics.ts';
import type { WindowRow } from '../../../../domain/windows/window-row.ts';

/** A feature that is measured, and its place among the values of a row. */
interface PlacedColumn extends MeasuredColumn {
  readonly place: number;
}

/** The rows of a table that is compared, whose features are measured in the end, but for vectors. */
class RowSide {
  readonly #table: RowTable;
  readonly #columns: readonly PlacedColumn[];
  #open: ScalarFeatureValue[][] = [];

  private constructor(table: RowTable, columns: readonly PlacedColumn[]) {
    this.#table = table;
    this.#columns = columns;
  }

  static async create(
    duckDb: DuckDb,
    name: string,
    definition: StreamTableDefinition,
    source: EventSourceDefinition,
  ): Promise<RowSide> {
    const types = featureTypes(definition, source);
    const columns = definition.features.flatMap((feature, place) => {
      const type = types.get(feature.name)!;
      return type === 'double[]' ? [] : [{ name: feature.name, type, place }];
    });
    return new RowSide(await RowTable.create(duckDb, name, columns), columns);
  }

  add(rows: readonly WindowRow[]): void {
    for (const { values } of rows)
      this.#open.push(this.#columns.map(({ place }) => values[place] as ScalarFeatureValue));
  }

  flush(): void {
    this.#table.append(this.#open);
    this.#open = [];
  }

  async measure(folder: string, names: ReadonlySet<string>): Promise<Map<string, ColumnStatistics>> {
    this.#table.close();
    const measured = await this.#table.measure(folder, names);
    return new Map(measured.map((one) => [one.column, one]));
  }
}

/** The rows of both tables that are compared. */
export class RowSides {
  readonly #before: RowSide;
  readonly #after: RowSide;

  private constructor(before: RowSide, after: RowSide) {
    this.#before = before;
    this.#after = after;
  }

  static async create(
    duckDb: DuckDb,
    before: readonly [StreamTableDefinition, EventSourceDefinition],
    after: readonly [StreamTableDefinition, EventSourceDefinition],
  ): Promise<RowSides> {
    return new RowSides(
      await RowSide.create(duckDb, 'rows_before', ...before),
      await RowSide.create(duckDb, 'rows_after', ...after),
    );
  }

  add(before: readonly WindowRow[], after: readonly WindowRow[]): void {
    this.#before.add(before);
    this.#after.add(after);
  }

  /** Hands on what was added, so that memory holds no more than what comes until the next call. */
  flush(): void {
    this.#before.flush();
    this.#after.flush();
  }

  /** What the features are like, by name, when all rows were added. */
  async measure(folder: string, names: ReadonlySet<string>) {
    return {
      before: await this.#before.measure(folder, names),
      after: await this.#after.measure(folder, names),
    };
  }
}
