import { readParquetTable } from '../../../../adapters/duckdb/parquet/read-table.ts';
import { isHeldByJson, valueJson } from '../../../../adapters/duckdb/parquet/value-text.ts';
import type { EventSourceDefinition } from '../../../../domain/registry/definition.ts';
import { withoutIndex } from './column-names.ts';
import { type MemberTree, memberTree, treeJson } from './member-tree.ts';

/**
 * Reads the rows of a Parquet file as events, each as the JSON that a producer would send: numbers by their
 * digits, moments as RFC 3339. A null is missing.
 *
 * @param onWarning called with what is left out: columns of types that JSON cannot hold, and an index of pandas.
 * @throws TableFault for a file that is no Parquet or is damaged, or has columns of one name.
 */
export async function* parquetLines(
  path: string,
  source: EventSourceDefinition,
  onWarning: (message: string) => void,
): AsyncGenerator<Buffer, void, undefined> {
  let tree: MemberTree | undefined;
  for await (const { columns, rows } of readParquetTable(path)) {
    if (!tree) {
      for (const { name, type } of columns)
        if (!isHeldByJson(type))
          onWarning(`column '${name}' left out: JSON cannot hold its type, ${type.toString()}`);
      const names = withoutIndex(
        source,
        columns.map(({ name }) => name),
        onWarning,
      );
      tree = memberTree(
        source,
        columns.map(({ type }, at) => (isHeldByJson(type) ? names[at]! : '')),
      );
    }
    for (const values of rows) {
      const json = treeJson(tree, ({ at }) => {
        const value = values[at]!;
        return value === null ? undefined : valueJson(value);
      });
      yield Buffer.from(json);
    }
  }
}
