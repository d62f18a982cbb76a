import { bodyOf, isFramed } from '../log/formats/frame.ts';
import { readJson, readRegistryJson } from '../log/formats/json-bytes.ts';
import { describeJson } from '../log/json/describe-json.ts';
import { isJsonObject } from '../log/json/exact-json.ts';
import type { KafkaRecord } from '../log/kafka-record.ts';
import { Rejected } from '../log/rejected.ts';
import type { RejectionReason } from '../log/rejection.ts';

/** What was read of the sampled records. */
export interface ReadSample {
  readonly format: 'json' | 'registry_json';
  readonly documents: readonly SampledDocument[];
  /** The records without a value. */
  readonly tombstones: number;
  /** Why most of the other records hold neither a JSON object nor a list, of the first of them. */
  readonly mainProblem: SampleProblem | undefined;
}

/** A record, and the JSON object or list that is its value, with exact numbers. */
export interface SampledDocument {
  readonly record: KafkaRecord;
  readonly root: object;
}

/** The JSON object that an event is read from. */
export interface SampledEvent {
  readonly record: KafkaRecord;
  readonly root: object;
  /** What stands around it and can be read too. Undefined: nothing does. */
  readonly around: object | undefined;
}

/** Why a record is not read, and the code of it if it has one. */
export interface SampleProblem {
  readonly reason: RejectionReason | undefined;
  readonly problem: string;
}

/** Reads the values as JSON, behind the frame of a schema registry if most have one. */
export function readSample(records: readonly KafkaRecord[]): ReadSample {
  const withValue = records.filter(({ value }) => value !== null);
  const framed = withValue.filter(({ value }) => isFramedJson(value!));
  const format = framed.length * 2 > withValue.length ? 'registry_json' : 'json';
  const documents: SampledDocument[] = [];
  const problems: SampleProblem[] = [];
  for (const record of withValue) {
    const read = rootOf(record.value!, format);
    if ('root' in read) documents.push({ record, root: read.root });
    else problems.push(read);
  }
  const tombstones = records.length - withValue.length;
  return { format, documents, tombstones, mainProblem: commonest(problems) };
}

/** The first problem with the reason that most have. */
function commonest(problems: readonly SampleProblem[]): SampleProblem | undefined {
  const counts = new Map<SampleProblem['reason'], number>();
  for (const { reason } of problems) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return problems.find(({ reason }) => most !== undefined && reason === most[0]);
}

function isFramedJson(value: Uint8Array): boolean {
  if (!isFramed(value)) return false;
  const [first] = bodyOf(value);
  return first === '{'.charCodeAt(0) || first === '['.charCodeAt(0);
}

function rootOf(value: Uint8Array, format: ReadSample['format']): { readonly root: object } | SampleProblem {
  try {
    const { exact } = format === 'json' ? readJson(value) : readRegistryJson(value);
    if (isJsonObject(exact) || Array.isArray(exact)) return { root: exact };
    return { reason: undefined, problem: `it is ${describeJson(exact)}` };
  } catch (error) {
    if (error instanceof Rejected) return { reason: error.rejection.reason, problem: error.message };
    throw error;
  }
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
