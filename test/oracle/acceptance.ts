import type { AcceptedEvent, LogRecord, OracleFields, OracleOptions } from './log.ts';
import { parseMicros } from './time.ts';

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

/** The event that a record of the topic holds, or null if the record is a dead letter. */
export function accept(
  record: LogRecord,
  options: Pick<OracleOptions, 'maxAhead' | 'maxBehind' | 'ignoresKafkaTimestamps' | 'fieldsAt'>,
): AcceptedEvent | null {
  const json = parse(record.value);
  if (!isObject(json)) return null;

  const event: Record<string, unknown> = {
    kafka_partition: record.partition,
    kafka_offset: record.offset,
    kafka_ts: options.ignoresKafkaTimestamps ? null : record.kafkaTs,
  };
  for (const [name, { type, required }] of Object.entries(options.fieldsAt?.(record) ?? EXAMPLE_FIELDS)) {
    const given = Object.hasOwn(json, name) ? json[name] : null;
    if (required && (given === null || given === '')) return null;
    const value = given === null ? null : valueOf(type, given);
    if (value === undefined) return null;
    event[name] = value;
  }
  const accepted = event as unknown as AcceptedEvent;
  if (Buffer.byteLength(accepted.user_id) > 1024) return null;
  return options.ignoresKafkaTimestamps || isNear(accepted.event_ts, record.kafkaTs, options)
    ? accepted
    : null;
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

/** A value as an event holds it. Undefined if the value does not have the type. */
function valueOf(type: OracleFields[string]['type'], value: unknown): unknown {
  const number = typeof value === 'number' && value >= -1e15 && value <= 1e15;
  if (type === 'string') return isText(value) ? value : undefined;
  if (type === 'double') return number ? value + 0 : undefined; // −0 becomes 0
  if (type === 'integer') return number && value % 1 === 0 ? value + 0 : undefined;
  if (type === 'boolean') return value === true || value === false ? value : undefined;
  return typeof value === 'string' ? (parseMicros(value) ?? undefined) : undefined;
}

/** The bytes as JSON. Undefined if they are not UTF-8 or not JSON (a byte order mark is not JSON). */
function parse(value: Uint8Array | null): unknown {
  if (value === null) return undefined;
  const text = Buffer.from(value).toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(value)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Whether a value is a string without NUL characters and lone surrogates. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\u0000') && !/\p{Surrogate}/u.test(value);
}
