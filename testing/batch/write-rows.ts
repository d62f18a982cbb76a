import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { RowValues } from '../../domain/batch/read-row.ts';
import { type WrittenTable, writtenTable } from '../../domain/batch/written-table.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { SimulatedDeployment } from '../deployment.ts';
import type { RowStore } from '../store/row-store.ts';
import { writtenRows } from './written-rows.ts';

/**
 * Writes rows into a reference table or an external table, all at once.
 *
 * @param isHistory whether a training set `as-known` counts new rows as known since they became visible.
 */
export async function writeSimulatedRows(
  deployment: SimulatedDeployment,
  name: string,
  from: Iterable<object>,
  isHistory: boolean,
): Promise<void> {
  const { definitions, writes, references, rows: stores, timeline, onCommit } = deployment;
  const table = writtenTable(definitions.writtenTable(name));
  const rows = await writtenRows(table, from);
  const sequence = writes.add(timeline.now, { isHistory });
  const reference = references.get(name);
  for (const row of rows)
    if (reference) reference.write(row);
    else writeExternal(stores.get(name)!, table, row, sequence);
  onCommit();
}

function writeExternal(
  store: RowStore,
  { primaryKeys }: WrittenTable,
  row: RowValues,
  sequence: bigint,
): void {
  const key = row.slice(0, primaryKeys.length) as string[];
  const values = row.slice(primaryKeys.length, -1) as FeatureValue[];
  store.write({ key, featureTs: row.at(-1) as Instant, values, approximate: [] }, sequence);
}
