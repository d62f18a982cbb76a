import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { FieldValue, ListValue } from '../../domain/log/event.ts';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import type { ColumnDefinition, EventSourceDefinition, FieldType } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents } from '../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

/** A value as it is selected. */
export type StoredValue = string | number | boolean | null | ListValue;

/**
 * How a field is selected, by its type: a time in microseconds as text, an integer as a double, a decimal and a
 * date as text, a list in the same way, other types unchanged.
 */
const SELECTED: Record<FieldType, (column: Sql) => Sql> = {
  string: (column) => column,
  double: (column) => column,
  integer: (column) => sql`${column}::double precision`,
  boolean: (column) => column,
  timestamp: (column) => raw(microsExpression(column.sql)),
  decimal: (column) => sql`${column}::text`,
  date: (column) => sql`to_char(${column}, 'YYYY-MM-DD')`,
  'string[]': (column) => column,
  'double[]': (column) => column,
  'integer[]': (column) => sql`${column}::double precision[]`,
  'boolean[]': (column) => column,
};

/** The column of a field, in the form that {@link fieldValue} reads. */
export function selectedField(
  { name, type }: Pick<ColumnDefinition, 'name' | 'type'>,
  relation: string,
): Sql {
  return SELECTED[type](ident(relation, name));
}

export function fieldValue(type: FieldType, value: StoredValue): FieldValue {
  return type === 'timestamp' && value !== null ? BigInt(value as string) : value;
}

/**
 * The raw events of a source with an event time in `[from, to)`, without duplicates, in no particular order,
 * each with the watermark that it met.
 *
 * @param among a `JOIN` clause that restricts the raw events, under the alias `raw`. Omitted: all of them.
 */
export async function readRawEvents(
  client: Client,
  source: EventSourceDefinition,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  among: Sql = sql``,
): Promise<RawEvent[]> {
  const time = ident('raw', source.eventTime);
  const query = sql`
    SELECT ${selectedOf(source)} FROM ${rawEvents(source)} AS raw ${among}
    WHERE NOT raw.duplicate AND ${time} >= ${toTimestamptz(from)} AND ${time} < ${toTimestamptz(to)}`;
  const { rows } = await client.query<StoredValue[]>({
    text: query.text,
    values: query.values,
    rowMode: 'array',
  });
  return rows.map((row) => toRawEvent(source, row));
}

/**
 * The columns that {@link toRawEvent} takes, of raw events under the alias `raw`.
 *
 * @param names the fields that are read; of others, and of Kafka's time and the watermark, nothing is. Omitted: all is.
 */
export function selectedOf({ fields }: EventSourceDefinition, names?: ReadonlySet<string>): Sql {
  const isRead = (name: string): boolean => names?.has(name) ?? true;
  return join([
    ...fields.map((field) => (isRead(field.name) ? selectedField(field, 'raw') : NOTHING)),
    ident('raw', 'kafka_partition'),
    ident('raw', 'kafka_offset'),
    ident('raw', 'kafka_index'),
    ...['raw.kafka_ts', 'raw.watermark'].map((time) => (names ? NOTHING : raw(microsExpression(time)))),
  ]);
}

const NOTHING = raw('NULL');

export function toRawEvent(
  { fields, eventTime }: EventSourceDefinition,
  row: readonly StoredValue[],
): RawEvent {
  const values = fields.map(({ type }, index) => fieldValue(type, row[index]!));
  const [partition, offset, index, kafkaTs, watermark] = row.slice(fields.length) as (
    string | number | null
  )[];
  return {
    event: {
      partition: partition as number,
      offset: BigInt(offset!),
      index: index as number,
      kafkaTs: kafkaTs === null ? null : BigInt(kafkaTs!),
      eventTs: values[fields.findIndex(({ name }) => name === eventTime)] as Instant,
      values,
    },
    watermark: watermark === null ? undefined : BigInt(watermark!),
    duplicate: false,
  };
}
