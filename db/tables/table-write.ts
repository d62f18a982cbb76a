import type { StreamEngine } from '../../domain/stream/micro-batch.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import type { Client } from '../sql/client.ts';

/** A write to a stream table, in an open transaction. */
export interface TableWrite {
  readonly client: Client;
  /** The engine of the table's source. */
  readonly engine: StreamEngine;
  readonly table: CompiledStreamTable;
  readonly writeId: string;
}
