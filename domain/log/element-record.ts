import type { EventSourceDefinition, JsonPath } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { JsonDocument, type ParsedJson } from './json/json-document.ts';
import { type ListSpan, listSpan } from './json/list-span.ts';
import { RecordContent } from './json/record-content.ts';
import { valueAt } from './json/value-at.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { Rejected } from './rejected.ts';

const utf8 = new TextEncoder();

/** Whether a field of the source comes from what is around the list. */
export function readsEnvelope({ fields }: EventSourceDefinition): boolean {
  return fields.some(({ from }) => from !== undefined && 'envelope' in from);
}

/** A list of events in the JSON of a Kafka record. */
export interface EventList {
  readonly record: KafkaRecord;
  readonly document: JsonDocument;
  readonly path: JsonPath;
  readonly elements: readonly unknown[];
  /** Whether the records of its elements hold the envelope. */
  readonly keepsEnvelope: boolean;
}

/** The records of the elements of a list. Their bytes are taken out of the text when they are asked for. */
export function elementRecords(list: EventList): ElementRecord[] {
  const texts = new ListTexts(list);
  return list.elements.map((_, index) => new ElementRecord(list, texts, index));
}

/** What each element of a list has in common with the others, made when the first one asks for it. */
class ListTexts {
  readonly #list: EventList;
  #span: ListSpan | undefined;
  #envelope: Uint8Array | undefined;
  #exact: readonly unknown[] | undefined;

  constructor(list: EventList) {
    this.#list = list;
  }

  elementAt(index: number): Uint8Array {
    const { start, end } = this.#spans.elements[index]!;
    return utf8.encode(this.#text.slice(start, end));
  }

  get envelope(): Uint8Array {
    const { start, end } = this.#spans;
    return (this.#envelope ??= utf8.encode(`${this.#text.slice(0, start)}[]${this.#text.slice(end)}`));
  }

  exactAt(index: number): unknown {
    const { document, path } = this.#list;
    this.#exact ??= valueAt(document.exact, path) as readonly unknown[];
    return this.#exact[index];
  }

  get #text(): string {
    return this.#list.document.text;
  }

  get #spans(): ListSpan {
    return (this.#span ??= listSpan(this.#text, this.#list.path));
  }
}

/** One element of the list that a Kafka record holds, as a record of its own. */
export class ElementRecord implements KafkaRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly index: number;
  readonly kafkaTs: Instant | null;
  readonly key: Uint8Array | null;
  readonly headers: KafkaRecord['headers'];
  readonly #list: EventList;
  readonly #texts: ListTexts;

  constructor(list: EventList, texts: ListTexts, index: number) {
    const { partition, offset, kafkaTs, key, headers } = list.record;
    this.partition = partition;
    this.offset = offset;
    this.index = index;
    this.kafkaTs = kafkaTs;
    this.key = key;
    this.headers = headers;
    this.#list = list;
    this.#texts = texts;
  }

  get value(): Uint8Array {
    return this.#texts.elementAt(this.index);
  }

  get envelope(): Uint8Array | undefined {
    return this.#list.keepsEnvelope ? this.#texts.envelope : undefined;
  }

  /** What is known of the element without parsing its bytes again. */
  get content(): RecordContent {
    const [list, texts, index] = [this.#list, this.#texts, this.index];
    const json: ParsedJson = {
      plain: list.elements[index],
      get exact() {
        return texts.exactAt(index);
      },
    };
    return new RecordContent(this, json, list.document);
  }
}

/**
 * The content of an element from its own bytes, as dead letters keep them.
 *
 * @throws Rejected
 */
export function storedElement(record: KafkaRecord, needsEnvelope: boolean): RecordContent {
  if (needsEnvelope && record.envelope === undefined) {
    const problem =
      'a field comes from the envelope, and no field did when the record was read, so it was not kept';
    throw new Rejected('no_envelope', problem);
  }
  const envelope = record.envelope && new JsonDocument(record.envelope);
  return new RecordContent(record, new JsonDocument(record.value!), envelope);
}
