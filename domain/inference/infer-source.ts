import { AsofError } from '../errors/asof-error.ts';
import type { KafkaRecord } from '../log/kafka-record.ts';
import { EARLIEST_KAFKA_TIME } from '../log/time-limits.ts';
import type { FieldDefinition, JsonPath } from '../registry/definition.ts';
import type { Condition } from '../registry/expression.ts';
import type { Instant } from '../time/instant.ts';
import { columnNames, unusedName } from './column-name.ts';
import { CHANGES_WITH_ROW, type Envelope, findEnvelope, valueAt } from './envelope.ts';
import { inferReading } from './field-reading.ts';
import type { Inference, InferredSource } from './inferred-source.ts';
import { pathText } from './path-text.ts';
import { type PlaceProfile, profile } from './profile.ts';
import { columnRemarks, kindRemarks, leftOutRemarks, percent, roleRemarks } from './remarks.ts';
import {
  type ColumnDraft,
  type RoleContender,
  type RoleHints,
  entityContenders,
  eventTimeContenders,
  missingShare,
} from './roles.ts';
import { type ReadSample, type SampledObject, keyText, readSample } from './sampled-records.ts';

/** What a definition is called, and what the time is. */
export interface InferenceOptions {
  readonly name: string;
  readonly topic?: string | undefined;
  readonly now: Instant;
}

/** The most columns; the ones that most records have. */
const MOST_COLUMNS = 200;
/** If more records have no entity, they are taken to be none of this source's; else to be faulty. */
const FAULTY = 0.05;

/**
 * Infers an event source from records of its topic.
 *
 * @throws AsofError `ASOF_INFERENCE_FAILED`.
 */
export function inferSource(
  records: readonly KafkaRecord[],
  { name, topic, now }: InferenceOptions,
): Inference {
  const sample = readSample(records);
  const envelope = findEnvelope(sample.objects.map(({ root }) => root));
  const events = sample.objects.filter(({ root }) => hasRow(root, envelope));
  if (events.length === 0) throw nothingToRead(sample);
  const places = profile(events.map(({ root }) => root)).filter(({ path }) => isOfEvent(path, envelope));
  const moment = middleTime(records) ?? now;
  const drafts = draftColumns(places, envelope, moment);
  const hints: RoleHints = {
    records: events.length,
    keys: events.map(({ record }) => keyText(record)),
    changedAt: envelope.change?.at,
  };
  const roles = {
    entity: entityContenders(drafts, hints),
    eventTime: eventTimeContenders(drafts, hints),
  };
  return inferenceOf({ name, topic, sample, envelope, events, places, drafts, roles });
}

interface Findings {
  readonly name: string;
  readonly topic: string | undefined;
  readonly sample: ReadSample;
  readonly envelope: Envelope;
  readonly events: readonly SampledObject[];
  readonly places: readonly PlaceProfile[];
  readonly drafts: readonly ColumnDraft[];
  readonly roles: { readonly entity: readonly RoleContender[]; readonly eventTime: readonly RoleContender[] };
}

function inferenceOf(findings: Findings): Inference {
  const { name, topic, sample, envelope, events, places, drafts, roles } = findings;
  const used = new Set(drafts.map(({ column }) => column));
  const entity = roles.entity[0]?.draft;
  const eventTime = roles.eventTime[0]?.draft;
  const key = entity ? undefined : keyField(events, unusedName('record_key', used));
  if (!entity && !key) throw withoutEntity(places);
  const kafkaTime = eventTime ? undefined : kafkaTimeField(unusedName('recorded_at', used));
  const fields = [
    ...(key ? [key] : []),
    ...drafts.map((draft) => fieldOf(draft, { entity, eventTime })),
    ...(kafkaTime ? [kafkaTime] : []),
  ];
  const entityName = (entity?.column ?? key?.name)!;
  const eventTimeName = (eventTime?.column ?? kafkaTime?.name)!;
  const withoutTimes = events.filter(({ record }) => !hasKafkaTime(record)).length;
  const source: InferredSource = {
    name,
    topic,
    entity: entityName,
    eventTime: eventTimeName,
    fields,
    format: sample.format === 'json' ? undefined : sample.format,
    where: conditionOf({ entity, envelope, records: events.length }, drafts),
    tombstones: sample.tombstones > 0 ? 'skip' : undefined,
    kafkaTimestamps: withoutTimes * 2 > events.length ? 'ignore' : undefined,
  };
  const remarks = new Map(
    drafts.map((draft): [string, readonly string[]] => [draft.column, columnRemarks(draft, events.length)]),
  );
  const roleOf = (role: string, contenders: readonly RoleContender[]): readonly string[] =>
    contenders.length > 0 ? roleRemarks(role, contenders) : [`unsure: no field is the ${role}`];
  remarks.set('entity', roleOf('entity', roles.entity));
  remarks.set('eventTime', roleOf('event time', roles.eventTime));
  remarks.set('where', [...(entity ? whereRemarks(entity, events.length) : []), ...kindRemarks(drafts)]);
  return { source, remarks, leftOut: leftOutRemarks(places) };
}

/** Whether a record holds an event; one that says that a row was deleted does not. */
function hasRow(root: unknown, { change }: Envelope): boolean {
  return change === undefined || CHANGES_WITH_ROW.includes(String(valueAt(root, change.op)));
}

function isOfEvent(path: JsonPath, { event, change }: Envelope): boolean {
  const isAt = (place: JsonPath | undefined): boolean => JSON.stringify(place) === JSON.stringify(path);
  return event.every((step, index) => path[index] === step) || isAt(change?.op) || isAt(change?.at);
}

function draftColumns(
  places: readonly PlaceProfile[],
  { event, change }: Envelope,
  now: Instant,
): ColumnDraft[] {
  const withScalars = places.filter(({ shapes }) => shapes.size > 0);
  const kept = new Set([...withScalars].sort((a, b) => b.present - a.present).slice(0, MOST_COLUMNS));
  const chosen = withScalars.filter((place) => kept.has(place));
  const outer = change ? event.slice(0, -1) : event;
  const names = columnNames(
    chosen.map(({ path }) => path.slice(isBelow(path, event) ? event.length : outer.length)),
  );
  return chosen.map((place, index) => {
    const column = names[index]!;
    return { column, path: place.path, place, reading: inferReading(place, column, now) };
  });
}

function isBelow(path: JsonPath, parent: JsonPath): boolean {
  return parent.every((step, index) => path[index] === step);
}

function fieldOf(
  draft: ColumnDraft,
  { entity, eventTime }: { entity: ColumnDraft | undefined; eventTime: ColumnDraft | undefined },
): FieldDefinition {
  const { column, path, reading } = draft;
  const isPlain = path.length === 1 && path[0] === column;
  const place = isPlain ? {} : { from: path };
  if (draft === entity) return { name: column, type: 'string', required: true, ...place };
  const { type, unit, coerce } = reading;
  return {
    name: column,
    type: draft === eventTime ? 'timestamp' : type,
    required: draft === eventTime,
    ...place,
    ...(unit && { unit }),
    ...(coerce && { coerce }),
  };
}

/** The record's key as the entity. Undefined if most records have none that is text. */
function keyField(events: readonly SampledObject[], name: string): FieldDefinition | undefined {
  const keyed = events.filter(({ record }) => (keyText(record) ?? '') !== '').length;
  if (keyed * 2 < events.length) return undefined;
  return { name, type: 'string', required: true, from: { record: 'key' } };
}

function kafkaTimeField(name: string): FieldDefinition {
  return { name, type: 'timestamp', required: true, from: { record: 'timestamp' } };
}

/** The records that are events: those after whose change there is a row, and those with an entity. */
function conditionOf(
  { entity, envelope, records }: { entity: ColumnDraft | undefined; envelope: Envelope; records: number },
  drafts: readonly ColumnDraft[],
): Condition | undefined {
  const op = JSON.stringify(envelope.change?.op);
  const change = drafts.find(({ path }) => JSON.stringify(path) === op);
  const conditions: Condition[] = [
    ...(change ? [{ op: 'in' as const, field: change.column, values: CHANGES_WITH_ROW }] : []),
    ...(entity && missingShare(entity.place, { records }) >= FAULTY
      ? [{ op: 'not' as const, of: { op: 'is_null' as const, field: entity.column } }]
      : []),
  ];
  return conditions.length > 1 ? { op: 'and', of: conditions } : conditions[0];
}

function whereRemarks({ column, place }: ColumnDraft, records: number): string[] {
  const missing = missingShare(place, { records });
  if (missing === 0) return [];
  const share = `${percent(missing)} of the records have no ${column}`;
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

function nothingToRead({ objects, tombstones, firstProblem }: ReadSample): AsofError {
  const found =
    objects.length > 0
      ? 'each record says that a row was deleted'
      : firstProblem !== undefined
        ? `no record is a JSON object: ${firstProblem}`
        : tombstones > 0
          ? 'no record has a value'
          : 'there are no records';
  return new AsofError(
    'ASOF_INFERENCE_FAILED',
    `cannot infer a definition: ${found}. Expected JSON objects, one a record or a line; sample more with --records, or another topic`,
  );
}

function withoutEntity(places: readonly PlaceProfile[]): AsofError {
  const list = places.find(({ membersOfElements }) => membersOfElements.size > 0);
  const hint = list ? `; ${pathText(list.path)} is a list of objects, and each of them may be an event` : '';
  return new AsofError(
    'ASOF_INFERENCE_FAILED',
    `cannot infer a definition: no field holds texts or whole numbers, and most records have no key, so nothing says what the events are about${hint}. Sample more with --records, or write the definition by hand`,
  );
}
