import type { EnvelopeDefinition, FieldDefinition, ListPlace, RecordFormat } from '../registry/definition.ts';
import type { Condition } from '../registry/expression.ts';

/** An event source as it would be written by hand: options with their default value are left out. */
export interface InferredSource {
  readonly name: string;
  /** Omitted: the source names its topic. */
  readonly topic?: string | undefined;
  readonly entity: string;
  readonly eventTime: string;
  readonly fields: readonly FieldDefinition[];
  readonly format?: RecordFormat | undefined;
  readonly unwrap?: EnvelopeDefinition | undefined;
  readonly explode?: ListPlace | undefined;
  readonly where?: Condition | undefined;
  readonly tombstones?: 'skip' | undefined;
  readonly kafkaTimestamps?: 'ignore' | undefined;
}

/** A definition to start from, and what it is unsure of. */
export interface Inference {
  readonly source: InferredSource;
  /** By the name of a field, or of an option of the source: what to know about it. */
  readonly remarks: ReadonlyMap<string, readonly string[]>;
  /** What is in the records and not in the definition. */
  readonly leftOut: readonly string[];
}
