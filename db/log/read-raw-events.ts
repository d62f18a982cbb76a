import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { FieldValue, ListValue } from '../../domain/log/event.ts';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import type { EventSourceDefinition, FieldType } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents } from '../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

type StoredValue = string | number | boolean | null;

/**
 * How a field is selected, by its type: a time in microseconds as text, an integer as a double, a decimal and a
 * date as text, a list in the same way, other types unchanged.
 */
const SELECTED: Record<FieldType, (column: string) => Sql> = {
  string: (column) => ident('raw', column),
  double: (column) => ident('raw', column),
  integer: (column) => sql`${ident('raw', column)}::double precision`,
  boolean: (column) => ident('raw', column),
  timestamp: (column) => raw(microsExpression(ident('raw', column).sql)),
  decimal: (column) => sql`${ident('raw', column)}::text`,
  date: (column) => sql`to_char(${ident('raw', column)}, 'YYYY-MM-DD')`,
  'string[]': (column) => ident('raw', column),
  'double[]': (column) => ident('raw', column),
  'integer[]': (column) => sql`${ident('raw', column)}::double precision[]`,
  'boolean[]': (column) => ident('raw', column),
};

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
  const { fields, eventTime } = source;
  const time = ident('raw', eventTime);
  const selected = [
    ...fields.map(({ name, type }) => SELECTED[type](name)),
    ident('raw', 'kafka_partition'),
    ident('raw', 'kafka_offset'),
    ident('raw', 'kafka_index'),
    raw(microsExpression('raw.kafka_ts')),
    raw(microsExpression('raw.watermark')),
  ];
  const query = sql`
    SELECT ${join(selected)} FROM ${rawEvents(source)} AS raw ${among}
    WHERE NOT raw.duplicate AND ${time} >= ${toTimestamptz(from)} AND ${time} < ${toTimestamptz(to)}`;
  const { rows } = await client.query<(StoredValue | ListValue)[]>({
    text: query.text,
    values: query.values,
    rowMode: 'array',
  });
  return rows.map((row) => toRawEvent(source, row));
}

function toRawEvent(
  { fields, eventTime }: EventSourceDefinition,
  row: readonly (StoredValue | ListValue)[],
): RawEvent {
  const values = fields.map(({ type }, index): FieldValue => {
    const value = row[index]!;
    return type === 'timestamp' && value !== null ? BigInt(value as string) : value;
  });
  const [partition, offset, index, kafkaTs, watermark] = row.slice(fields.length) as StoredValue[];
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
