import { type FieldCompleteness, fieldCompleteness } from '../../db/log/gaps/field-completeness.ts';
import { waitingTables } from '../../db/log/gaps/waiting-tables.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Connections } from '../shared/connections.ts';

/** The fields that a source gained after it had been read. */
export interface SourceFields {
  readonly source: string;
  /** Sorted. All other fields are complete. */
  readonly fields: readonly FieldCompleteness[];
  /** The tables that join the source when the fields that they read are filled, sorted. */
  readonly waiting: readonly string[];
}

export async function sourceFields(connections: Connections, name: string): Promise<SourceFields> {
  const pool = await connections.pool();
  const source = (await loadRegistry(pool)).source(name);
  const fields = await fieldCompleteness(pool, source);
  return { source: name, fields, waiting: [...(await waitingTables(pool, name))].sort() };
}
