import { unwrapped } from './envelope.ts';
import { UNFIT, fieldValue } from './fields.ts';
import { isObject, parseJson } from './json.ts';
import type { AcceptedEvent, LogRecord, OracleFields, OracleOptions } from './log.ts';

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
  | 'isFor'
  | 'skipsTombstones'
  | 'rejectsUnfit'
>;

/** The event that a record of the topic holds, or what else the record is. */
export function accept(record: LogRecord, options: Options): AcceptedEvent | 'dead letter' | 'skipped' {
  if (record.value === null && options.skipsTombstones) return 'skipped';
  const json = parseJson(record.value);
  if (!isObject(json)) return 'dead letter';
  const found = unwrapped(json, options.unwrap);
  if (found === 'tombstone') return options.skipsTombstones ? 'skipped' : 'dead letter';
  if (typeof found === 'string') return found;
  const fields = options.fieldsAt?.(record) ?? EXAMPLE_FIELDS;
  const mayBeNull = (name: string) => !fields[name]!.required && options.rejectsUnfit !== true;
  const value = (name: string) => fieldValue({ record, ...found }, name, fields[name]!, name === 'event_ts');

  for (const name of options.isFor?.fields ?? [])
    if (value(name) === UNFIT && !mayBeNull(name)) return 'dead letter';
  const isFor = options.isFor?.holds((name) => (value(name) === UNFIT ? null : value(name))) ?? true;
  if (!isFor) return 'skipped';

  const invalid_fields: string[] = [];
  const event: Record<string, unknown> = {
    kafka_partition: record.partition,
    kafka_offset: record.offset,
    kafka_ts: options.ignoresKafkaTimestamps ? null : record.kafkaTs,
    invalid_fields,
  };
  for (const [name, { required }] of Object.entries(fields)) {
    const given = value(name);
    if (given === UNFIT && !mayBeNull(name)) return 'dead letter';
    if (given === UNFIT) invalid_fields.push(name);
    event[name] = given === UNFIT ? null : given;
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
