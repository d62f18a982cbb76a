import type { RejectionReason } from '../rejection.ts';

/** What a schema of the registry says: how to read values that were written with it, or why Asof cannot. */
export type WriterSchema =
  | {
      /**
       * Reads a value into a tree as exact JSON has it: whole numbers that a double holds are numbers, others
       * number tokens; moments are instants in microseconds; bytes are bytes.
       *
       * @throws Error if the bytes were not written with the schema.
       */
      readonly read: (bytes: Uint8Array) => unknown;
    }
  | { readonly reason: RejectionReason; readonly problem: string };

/**
 * The schemas with which the values of records were written, by their ids in the registry. Decoding is
 * synchronous, so what it needs is fetched before.
 */
export interface WriterSchemas {
  /**
   * Fetches the schemas that are not known yet.
   *
   * @throws AsofError `ASOF_SCHEMA_REGISTRY_…` if the registry does not answer as one.
   */
  prepare(ids: ReadonlySet<number>): Promise<void>;
  /** The schema, if it was prepared. */
  of(id: number): WriterSchema | undefined;
}

/** Where no registry is asked, since the format has no schemas or no record of the topic is decoded. */
export const NO_SCHEMAS: WriterSchemas = {
  prepare: () => Promise.resolve(),
  of: (id) => ({ reason: 'unknown_schema', problem: `no schema registry was asked for schema ${id}` }),
};
