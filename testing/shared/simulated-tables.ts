import type { FeatureTableDefinition } from '../../domain/registry/definition.ts';
import type { SimulatedDeployment } from '../deployment.ts';
import type { RowStore } from '../store/row-store.ts';
import { refused } from './refused.ts';

/** A feature table of a simulation, and its rows. */
export interface SimulatedTable {
  readonly definition: FeatureTableDefinition;
  readonly rows: RowStore;
}

/**
 * The feature table with a name.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN`; `ASOF_SIMULATION_REFUSED` for one of free SQL.
 */
export function simulatedTable({ definitions, rows }: SimulatedDeployment, name: string): SimulatedTable {
  const definition = definitions.featureTable(name);
  const ofTable = rows.get(name);
  if (ofTable) return { definition, rows: ofTable };
  throw refused(`batch table '${name}' is computed by SQL of its own in the database`, { table: name });
}
