import { describeJson } from '../log/json/describe-json.ts';
import { isJsonObject, parseExactJson } from '../log/json/exact-json.ts';
import type { KafkaRecord } from '../log/kafka-record.ts';
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
    const value = format === 'json' ? record.value! : record.value!.subarray(FRAME_BYTES);
    const root = parsed(value);
    if (root instanceof SyntaxError) firstProblem ??= root.message;
    else if (isJsonObject(root)) objects.push({ record, root });
    else firstProblem ??= `it is ${describeJson(root)}`;
  }
  return { format, objects, tombstones: records.length - withValue.length, firstProblem };
}

function isFramed({ value }: KafkaRecord): boolean {
  return value?.[0] === 0 && value.length >= FRAME_BYTES;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The JSON with exact numbers. A SyntaxError: it is none. */
function parsed(value: Uint8Array): unknown {
  try {
    return parseExactJson(utf8.decode(value));
  } catch (error) {
    return error instanceof SyntaxError ? error : new SyntaxError('it is not UTF-8 text');
  }
}

/** The key of a record as text. Null: it has none, or none that is text. */
export function keyText({ key }: KafkaRecord): string | null {
  if (key === null) return null;
  try {
    return utf8.decode(key);
  } catch {
    return null;
  }
}
