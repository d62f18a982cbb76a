import type { KafkaRecord } from '../kafka-record.ts';
import { Rejected } from '../rejected.ts';
import { describeJson } from './describe-json.ts';
import { isJsonObject } from './exact-json.ts';
import type { ParsedJson } from './json-document.ts';

/** The JSON object that an event is read from, beside its record. */
export class RecordContent {
  readonly record: KafkaRecord;
  readonly root: object;
  /** What holds the list that the object is an element of. Undefined: the record is the event, or it was not kept. */
  readonly envelope: ParsedJson | undefined;
  readonly #json: ParsedJson;

  /** @throws Rejected */
  constructor(record: KafkaRecord, json: ParsedJson, envelope?: ParsedJson) {
    this.record = record;
    this.#json = json;
    this.envelope = envelope;
    this.root = requireObject(json.plain);
  }

  /** The object with exact numbers. */
  get exact(): unknown {
    return this.#json.exact;
  }
}

function requireObject(parsed: unknown): object {
  if (isJsonObject(parsed)) return parsed;
  throw new Rejected('not_an_object', `expected a JSON object, got ${describeJson(parsed)}`);
}
