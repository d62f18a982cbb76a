import { unwrapped } from './envelope.ts';
import { UNFIT, fieldValue } from './fields.ts';
import { isObject, parseJson } from './json.ts';
import type { AcceptedEvent, LogRecord, OracleFields, OracleOptions, OraclePlace } from './log.ts';

/** 2000-01-01T00:00:00Z */
const YEAR_2000 = 946_684_800_000_000n;

/** The fields of the topic `user-events` in the example. */
export const EXAMPLE_FIELDS: OracleFields = {
  user_id: { type: 'string', required: true },
  event_type: { type: 'string', required: false },
  product_id: { type: 'string', required: false },
  revenue: { type: 'double', required: false },
  session_id: { type: 'string', required: false },
  platform: { type: 'string', required: false },
  event_ts: { type: 'timestamp', required: true },
};

type Options = Pick<
  OracleOptions,
  | 'maxAhead'
  | 'maxBehind'
  | 'ignoresKafkaTimestamps'
  | 'fieldsAt'
  | 'unwrap'
  | 'listAt'
  | 'isFor'
  | 'skipsTombstones'
  | 'rejectsUnfit'
>;

type Outcome = AcceptedEvent | 'dead letter' | 'skipped';

/** The most events that a record may hold. */
const MOST_EVENTS = 10_000;

/** The places of a record, and what each is. A record that holds no list of events is one place. */
export function acceptAll(record: LogRecord, options: Options): [OraclePlace, Outcome][] {
  if (!options.listAt || record.value === null) return [[record, accept(record, options)]];
  const json = parseJson(record.value);
  let list = json;
  for (const name of Array.isArray(json) ? [] : options.listAt)
    list = isObject(list) && Object.hasOwn(list, name) ? list[name] : undefined;
  if (!Array.isArray(list) || list.length > MOST_EVENTS) return [[record, 'dead letter']];
  if (list.length === 0) return [[record, 'skipped']];
  return list.map((element: unknown, index) => [
    { ...record, index },
    acceptJson({ record, json: element, envelope: json, index }, options),
  ]);
}

/** The event that a record of the topic is, or what else the record is. */
export function accept(record: LogRecord, options: Options): Outcome {
  if (record.value === null && options.skipsTombstones) return 'skipped';
  return acceptJson({ record, json: parseJson(record.value), envelope: null, index: 0 }, options);
}

interface Given {
  readonly record: LogRecord;
  readonly json: unknown;
  /** The JSON that holds the list. */
  readonly envelope: unknown;
  readonly index: number;
}

function acceptJson(given: Given, options: Options): Outcome {
  const { record, json, index } = given;
  if (!isObject(json)) return 'dead letter';
  const found = options.unwrap ? unwrapped(json, options.unwrap) : given;
  if (found === 'tombstone') return options.skipsTombstones ? 'skipped' : 'dead letter';
  if (typeof found === 'string') return found;
  const fields = options.fieldsAt?.(record) ?? EXAMPLE_FIELDS;
  const mayBeNull = (name: string) => !fields[name]!.required && options.rejectsUnfit !== true;
  const value = (name: string) => fieldValue({ ...found, record }, name, fields[name]!, name === 'event_ts');

  for (const name of options.isFor?.fields ?? [])
    if (value(name) === UNFIT && !mayBeNull(name)) return 'dead letter';
  const isFor = options.isFor?.holds((name) => (value(name) === UNFIT ? null : value(name))) ?? true;
  if (!isFor) return 'skipped';

  const invalid_fields: string[] = [];
  const event: Record<string, unknown> = {
    kafka_partition: record.partition,
    kafka_offset: record.offset,
    kafka_index: index,
    kafka_ts: options.ignoresKafkaTimestamps ? null : record.kafkaTs,
    invalid_fields,
  };
  for (const [name, { required }] of Object.entries(fields)) {
    const found = value(name);
    if (found === UNFIT && !mayBeNull(name)) return 'dead letter';
    if (found === UNFIT) invalid_fields.push(name);
    event[name] = found === UNFIT ? null : found;
    if (required && event[name] === null) return 'dead letter';
  }
  const accepted = event as unknown as AcceptedEvent;
  if (Buffer.byteLength(accepted.user_id) > 1024) return 'dead letter';
  return options.ignoresKafkaTimestamps || isNear(accepted.event_ts, record.kafkaTs, options)
    ? accepted
    : 'dead letter';
}

/** Whether the Kafka timestamp can be believed, and the event time lies near enough to it. */
function isNear(
  event_ts: bigint,
  kafkaTs: bigint | null,
  { maxAhead, maxBehind }: Pick<OracleOptions, 'maxAhead' | 'maxBehind'>,
): boolean {
  if (kafkaTs === null || kafkaTs < YEAR_2000) return false;
  return event_ts <= kafkaTs + maxAhead && (maxBehind === null || event_ts >= kafkaTs - maxBehind);
}
