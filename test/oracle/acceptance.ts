import type { AcceptedEvent, LogRecord } from './log.ts';
import { microsOf } from './time.ts';

/** The event that a record of the topic `user-events` holds, or null if it is a dead letter. */
export function accept(record: LogRecord, maxAhead: bigint): AcceptedEvent | null {
  const json = parse(record.value);
  if (!isObject(json)) return null;

  const {
    user_id,
    event_type = null,
    product_id = null,
    revenue = null,
    session_id = null,
    platform = null,
  } = json;
  if (!isText(user_id) || user_id === '') return null;
  if (!isTextOrNull(event_type) || !isTextOrNull(product_id)) return null;
  if (!isTextOrNull(session_id) || !isTextOrNull(platform)) return null;
  if (!isNumberOrNull(revenue)) return null;

  const event_ts = typeof json.event_ts === 'string' ? microsOf(json.event_ts) : null;
  if (event_ts === null || event_ts > record.kafkaTs + maxAhead) return null;

  const { partition: kafka_partition, offset: kafka_offset, kafkaTs: kafka_ts } = record;
  const position = { kafka_partition, kafka_offset, kafka_ts };
  const values = { event_type, product_id, revenue: revenue === 0 ? 0 : revenue, session_id, platform }; // −0 is 0
  return { ...position, user_id, ...values, event_ts };
}

/** What the bytes say as JSON; undefined if they are not UTF-8 or not JSON (a byte order mark is not JSON). */
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

/** A string without NUL characters and lone surrogates. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\u0000') && !/\p{Surrogate}/u.test(value);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && value >= -1e15 && value <= 1e15);
}
