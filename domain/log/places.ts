import type { EventSourceDefinition, JsonPath, ListPlace } from '../registry/definition.ts';
import type { Decoded, EventDecoder } from './decode-event.ts';
import { type EventList, elementRecords, readsEnvelope, valueAt } from './element-record.ts';
import { pathText } from './fields/locate.ts';
import { bodyOf } from './formats/frame.ts';
import { readJson, readRegistryJson } from './formats/json-bytes.ts';
import { describeJson } from './json/describe-json.ts';
import { listSpan } from './json/list-span.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { Rejected } from './rejected.ts';

/** The most elements that the list of a record may have. All events of a record are committed together. */
export const MOST_ELEMENTS = 10_000;

/** The most bytes around a list, where a field comes from there: each dead letter of the record keeps them. */
export const MOST_ENVELOPE_BYTES = 16_384;

const utf8 = new TextEncoder();

/** A place in the log, and what it is: a record, or one element of the list that a record holds. */
export interface Place {
  readonly record: KafkaRecord;
  readonly decoded: Decoded;
}

/** Decodes the places of a record, in their order. A record that holds no list of events is one place. */
export type PlaceDecoder = (record: KafkaRecord) => readonly Place[];

/** How to decode the places of records. Undefined: each record is one place, and `decode` decodes it. */
export function placeDecoder(
  source: EventSourceDefinition,
  decode: EventDecoder,
  mostElements = MOST_ELEMENTS,
): PlaceDecoder | undefined {
  const { explode } = source;
  if (!explode) return undefined;
  const listOf = listReader(source, explode, mostElements);

  return (record) => {
    const isWhole = record.index === undefined && !record.unreadable && record.value !== null;
    if (!isWhole) return [{ record, decoded: decode(record) }];
    try {
      const list = listOf(record);
      if (list.elements.length === 0) return [{ record, decoded: { skipped: 'empty_list' } }];
      return elementRecords(list).map((element) => ({ record: element, decoded: decode(element) }));
    } catch (error) {
      if (error instanceof Rejected) return [{ record, decoded: { rejection: error.rejection } }];
      throw error;
    }
  };
}

function listReader(
  source: EventSourceDefinition,
  place: ListPlace,
  mostElements: number,
): (record: KafkaRecord) => EventList {
  const given = 'record' in place ? [] : place;
  const keepsEnvelope = readsEnvelope(source);
  return (record) => {
    const value = record.value!;
    const isRegistry = source.format === 'registry_json';
    const document = isRegistry ? readRegistryJson(value) : readJson(value);
    const bytes = isRegistry ? bodyOf(value) : value;
    const isList = Array.isArray(document.plain) && typeof given[0] !== 'number';
    const path = isList ? [] : given;
    const elements = listAt(document.plain, path);
    if (elements.length > mostElements) {
      const problem = `the list of the record has ${elements.length} elements; the limit is ${mostElements}`;
      throw new Rejected('too_many_elements', problem);
    }
    if (keepsEnvelope) limitEnvelope(document.text, path, bytes.length);
    return { record, document, path, elements, keepsEnvelope };
  };
}

function listAt(root: unknown, path: JsonPath): readonly unknown[] {
  const found = valueAt(root, path);
  if (Array.isArray(found)) return found;
  const where =
    path.length === 0 ? 'the record should be a list' : `the record should hold a list at ${pathText(path)}`;
  throw new Rejected(
    'no_list',
    `${where}, and ${found === undefined ? 'nothing' : describeJson(found)} is there`,
  );
}

function limitEnvelope(text: string, path: JsonPath, bytes: number): void {
  if (bytes <= MOST_ENVELOPE_BYTES) return;
  const { start, end } = listSpan(text, path);
  const around = bytes - utf8.encode(text.slice(start, end)).byteLength;
  if (around <= MOST_ENVELOPE_BYTES) return;
  const problem = `the record has ${around} bytes around its list, and a field comes from there; the limit is ${MOST_ENVELOPE_BYTES}`;
  throw new Rejected('envelope_too_long', problem);
}
