import { RecordContent } from '../log/json/record-content.ts';
import type { KafkaRecord } from '../log/kafka-record.ts';
import { Rejected } from '../log/rejected.ts';
import type { RecordFormat } from '../registry/definition.ts';

/** What was read of the sampled records. */
export interface ReadSample {
  readonly format: RecordFormat;
  readonly objects: readonly SampledObject[];
  /** The records without a value. */
  readonly tombstones: number;
  /** Why the other records hold no JSON object, of the first of them. */
  readonly firstProblem: string | undefined;
}

/** A record, and the JSON object that is its value, with exact numbers. */
export interface SampledObject {
  readonly record: KafkaRecord;
  readonly root: unknown;
}

/** The byte 0 and the id of a schema. */
const FRAME_BYTES = 5;

/** Reads the values as JSON, behind the frame of a schema registry if most have one. */
export function readSample(records: readonly KafkaRecord[]): ReadSample {
  const withValue = records.filter(({ value }) => value !== null);
  const framed = withValue.filter(isFramed);
  const format = framed.length * 2 > withValue.length ? 'registry_json' : 'json';
  const objects: SampledObject[] = [];
  let firstProblem: string | undefined;
  for (const record of withValue) {
    try {
      const value = format === 'json' ? record.value! : record.value!.subarray(FRAME_BYTES);
      objects.push({ record, root: new RecordContent(record, value).exact });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      firstProblem ??= error.message;
    }
  }
  return { format, objects, tombstones: records.length - withValue.length, firstProblem };
}

function isFramed({ value }: KafkaRecord): boolean {
  return value?.[0] === 0 && value.length >= FRAME_BYTES;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The key of a record as text. Null: it has none, or none that is text. */
export function keyText({ key }: KafkaRecord): string | null {
  if (key === null) return null;
  try {
    return utf8.decode(key);
  } catch {
    return null;
  }
}
