import { AsofError } from '../errors/asof-error.ts';
import type { KafkaRecord } from '../log/kafka-record.ts';
import { EARLIEST_KAFKA_TIME } from '../log/time-limits.ts';
import type { FieldDefinition } from '../registry/definition.ts';
import type { Condition } from '../registry/expression.ts';
import type { Instant } from '../time/instant.ts';
import { type ColumnDraft, draftColumns } from './column-draft.ts';
import { unusedName } from './column-name.ts';
import { asDecimal } from './connect-decimals.ts';
import { type ContendersAround, contendersAround } from './contenders-around.ts';
import type { Inference, InferredSource } from './inferred-source.ts';
import { pathText } from './path-text.ts';
import { type PlaceProfile, profile } from './profile.ts';
import {
  type Things,
  aroundRemarks,
  columnRemarks,
  decimalRemarks,
  explodeRemarks,
  kindRemarks,
  leftOutRemarks,
  percent,
  roleRemarks,
  unwrapRemarks,
} from './remarks.ts';
import { type RoleContender, entityContenders, eventTimeContenders, missingShare } from './roles.ts';
import { type FoundEvents, findEvents } from './sampled-events.ts';
import { type ReadSample, type SampledEvent, keyText, readSample } from './sampled-records.ts';

/** What a definition is called, and what the time is. */
export interface InferenceOptions {
  readonly name: string;
  readonly topic?: string | undefined;
  readonly now: Instant;
}

/** If more records have no entity, they are taken to be none of this source's; else to be faulty. */
const FAULTY = 0.05;

/**
 * Infers an event source from records of its topic.
 *
 * @throws AsofError `ASOF_INFERENCE_FAILED`.
 */
export function inferSource(records: readonly KafkaRecord[], options: InferenceOptions): Inference {
  const sample = readSample(records);
  const moment = middleTime(records) ?? options.now;
  const found = findEvents(sample, moment);
  if (found.events.length === 0) throw nothingToRead(sample, found);
  const places = profile(found.events.map(({ root }) => root));
  const drafts = draftColumns(places, moment).map((draft) => asDecimal(draft, found.scales));
  const holders = found.events.map(({ record }) => record);
  const around = contendersAround(found, drafts, moment);
  const roles = {
    entity: withBest(entityContenders(drafts, holders), around.entity),
    eventTime: withBest(eventTimeContenders(drafts), around.eventTime),
  };
  return inferenceOf({ options, sample, found, places, drafts, around, roles });
}

/** The likeliest of all first, and then those in the events, since what is around them becomes no other field. */
function withBest(
  inside: readonly RoleContender[],
  [around]: readonly RoleContender[],
): readonly RoleContender[] {
  return around && around.score > (inside[0]?.score ?? -Infinity) ? [around, ...inside] : inside;
}

interface Findings {
  readonly options: InferenceOptions;
  readonly sample: ReadSample;
  readonly found: FoundEvents;
  readonly places: readonly PlaceProfile[];
  readonly drafts: readonly ColumnDraft[];
  readonly around: ContendersAround;
  readonly roles: { readonly entity: readonly RoleContender[]; readonly eventTime: readonly RoleContender[] };
}

function inferenceOf(findings: Findings): Inference {
  const { options, sample, found, places, around, roles } = findings;
  const { events, explode, unwrap } = found;
  const entity = roles.entity[0]?.draft;
  const eventTime = roles.eventTime[0]?.draft;
  const chosenAround = [entity, eventTime].flatMap((draft) => (draft?.isAround ? [draft] : []));
  const drafts = [...findings.drafts, ...chosenAround];
  const used = new Set(drafts.map(({ column }) => column));
  const key = entity ? undefined : keyField(events, unusedName('record_key', used));
  if (!entity && !key) throw withoutEntity(places);
  const kafkaTime = eventTime ? undefined : kafkaTimeField(unusedName('recorded_at', used));
  const withoutTimes = events.filter(({ record }) => !hasKafkaTime(record)).length;
  const source: InferredSource = {
    name: options.name,
    topic: options.topic,
    entity: (entity?.column ?? key?.name)!,
    eventTime: (eventTime?.column ?? kafkaTime?.name)!,
    fields: [
      ...(key ? [key] : []),
      ...drafts.map((draft) => fieldOf(draft, { entity, eventTime })),
      ...(kafkaTime ? [kafkaTime] : []),
    ],
    format: sample.format === 'json' ? undefined : sample.format,
    unwrap,
    explode,
    where: entity && conditionOf(entity),
    tombstones: sample.tombstones + found.emptyEnvelopes > 0 ? 'skip' : undefined,
    kafkaTimestamps: withoutTimes * 2 > events.length ? 'ignore' : undefined,
  };
  return {
    source,
    remarks: remarksOf(findings, drafts),
    leftOut: [...leftOutRemarks(places, found), ...aroundRemarks(around, chosenAround)],
  };
}

function remarksOf(
  { found, roles }: Findings,
  drafts: readonly ColumnDraft[],
): Map<string, readonly string[]> {
  const things = found.explode ? 'elements' : 'records';
  const roleOf = (role: string, contenders: readonly RoleContender[]): readonly string[] =>
    contenders.length > 0 ? roleRemarks(role, contenders) : [`unsure: no field is the ${role}`];
  const entity = roles.entity[0]?.draft;
  return new Map([
    ...drafts.map((draft): [string, readonly string[]] => [
      draft.column,
      [...columnRemarks(draft, things), ...(found.unwrap ? decimalRemarks(draft) : [])],
    ]),
    ['entity', roleOf('entity', roles.entity)],
    ['eventTime', roleOf('event time', roles.eventTime)],
    ['where', [...(entity ? whereRemarks(entity, things) : []), ...kindRemarks(drafts)]],
    ['unwrap', unwrapRemarks(found)],
    ['explode', explodeRemarks(found)],
  ]);
}

function fieldOf(
  draft: ColumnDraft,
  { entity, eventTime }: { entity: ColumnDraft | undefined; eventTime: ColumnDraft | undefined },
): FieldDefinition {
  const { column, path, isAround, reading } = draft;
  const isPlain = path.length === 1 && path[0] === column;
  const place = isAround ? { from: { envelope: path } } : isPlain ? {} : { from: path };
  if (draft === entity) return { name: column, type: 'string', required: true, ...place };
  const { type, unit, coerce, scale } = reading;
  return {
    name: column,
    type: draft === eventTime ? 'timestamp' : type,
    required: draft === eventTime,
    ...place,
    ...(unit && { unit }),
    ...(coerce && { coerce }),
    ...(scale !== undefined && { scale }),
  };
}

/** The record's key as the entity. Undefined if most records have none that is text. */
function keyField(events: readonly SampledEvent[], name: string): FieldDefinition | undefined {
  const keyed = events.filter(({ record }) => (keyText(record) ?? '') !== '').length;
  if (keyed * 2 < events.length) return undefined;
  return { name, type: 'string', required: true, from: { record: 'key' } };
}

function kafkaTimeField(name: string): FieldDefinition {
  return { name, type: 'timestamp', required: true, from: { record: 'timestamp' } };
}

/** Leaves out what has no entity, if that is no rare fault. */
function conditionOf(entity: ColumnDraft): Condition | undefined {
  if (missingShare(entity) < FAULTY) return undefined;
  return { op: 'not', of: { op: 'is_null', field: entity.column } };
}

function whereRemarks(entity: ColumnDraft, things: Things): string[] {
  const missing = missingShare(entity);
  if (missing === 0) return [];
  const share = `${percent(missing)} of the ${things} have no ${entity.column}`;
  return [
    missing >= FAULTY
      ? `${share}: they are skipped; without this condition they are dead letters`
      : `${share}: they become dead letters`,
  ];
}

function hasKafkaTime({ kafkaTs }: KafkaRecord): boolean {
  return kafkaTs !== null && kafkaTs >= EARLIEST_KAFKA_TIME;
}

/** The median of the Kafka timestamps. Undefined: no record has one that counts. */
function middleTime(records: readonly KafkaRecord[]): Instant | undefined {
  const times = records.flatMap((record) => (hasKafkaTime(record) ? [record.kafkaTs!] : []));
  return times.sort((a, b) => (a < b ? -1 : 1))[Math.floor(times.length / 2)];
}

function nothingToRead(sample: ReadSample, { unwrap, explode }: FoundEvents): AsofError {
  const { documents, tombstones, mainProblem } = sample;
  const found =
    documents.length > 0 && explode
      ? 'no list in the records holds a JSON object'
      : documents.length > 0 && unwrap
        ? 'each record says that a row was deleted'
        : mainProblem !== undefined
          ? `no record is a JSON object: ${mainProblem.problem}`
          : tombstones > 0
            ? 'no record has a value'
            : 'there are no records';
  return new AsofError('ASOF_INFERENCE_FAILED', `cannot infer a definition: ${found}. ${adviceOn(sample)}`);
}

function adviceOn({ mainProblem }: ReadSample): string {
  if (mainProblem?.reason === 'schema_registry_prefix')
    return "Where it is Avro, the fields stand in its schema: write the definition by hand, with format: 'avro'";
  if (mainProblem?.reason === 'protobuf')
    return 'Have the producer, or a connector on the topic, write JSON or Avro';
  return 'Expected JSON objects, one a record or a line; sample more with --records, or another topic';
}

function withoutEntity(places: readonly PlaceProfile[]): AsofError {
  const list = places.find(({ membersOfElements }) => membersOfElements.size > 0);
  const hint = list ? `; ${pathText(list.path)} is a list of objects, and each of them may be an event` : '';
  return new AsofError(
    'ASOF_INFERENCE_FAILED',
    `cannot infer a definition: no field holds texts or whole numbers, and most records have no key, so nothing says what the events are about${hint}. Sample more with --records, or write the definition by hand`,
  );
}
