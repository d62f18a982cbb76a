import type { KafkaRecord } from '../kafka-record.ts';
import { Rejected } from '../rejected.ts';
import { describeJson } from './describe-json.ts';
import { isJsonObject } from './exact-json.ts';
import type { ParsedJson } from './json-document.ts';

/** The JSON object that an event is read from, beside its record. */
export class RecordContent {
  readonly record: KafkaRecord;
  readonly root: object;
  /** What stands around the event. Undefined: nothing does, or it was not kept. */
  readonly envelope: ParsedJson | undefined;
  readonly #json: ParsedJson;
  readonly #keyOf: (record: KafkaRecord) => unknown;

  /**
   * @param keyOf what the key of the record holds, if a field reads it. Omitted: its bytes.
   * @throws Rejected
   */
  constructor(record: KafkaRecord, json: ParsedJson, envelope?: ParsedJson, keyOf = bytesOfKey) {
    this.record = record;
    this.#json = json;
    this.envelope = envelope;
    this.#keyOf = keyOf;
    this.root = requireObject(json.plain);
  }

  /** The object with exact numbers. */
  get exact(): unknown {
    return this.#json.exact;
  }

  /** The key of the record: its bytes, or what they hold. Null if it has none. */
  get key(): unknown {
    return this.#keyOf(this.record);
  }
}

function bytesOfKey({ key }: KafkaRecord): unknown {
  return key;
}

function requireObject(parsed: unknown): object {
  if (isJsonObject(parsed)) return parsed;
  throw new Rejected('not_an_object', `expected a JSON object, got ${describeJson(parsed)}`);
}
