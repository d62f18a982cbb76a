import sql, { type Sql, empty, join, raw } from 'sql-template-tag';
import type { QueriedBatchTable, ReferenceTableDefinition } from '../../domain/registry/definition.ts';
import { parseDuration } from '../../domain/time/duration.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents, referenceOf } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import type { Batch } from './load-batch.ts';

/** By partition: the offset before which events are seen. */
export type OffsetsSeen = ReadonlyMap<number, bigint>;

/**
 * The query of a batch table as a SELECT that sees the data as of a logical time. It can use these relations:
 *
 * - `moment`: one row, with the logical time as `at`.
 * - `events`: the events of the source with an event time before the logical time, at most the table's
 *   `lookBack` before it, and an offset below those seen. Late events are included, duplicates are not.
 * - `entities`: the distinct primary keys among the events. An event of which one is null or empty has none.
 * - each reference table, by its name: for each key, the row that is valid at the logical time.
 */
export function batchQuery(
  { table, source, references }: Batch<QueriedBatchTable>,
  at: Instant,
  offsetsSeen: OffsetsSeen,
): Sql {
  const keys = join(table.primaryKeys.map((key) => ident(key)));
  const moment = sql`${toTimestamptz(at)}::timestamptz`;
  // Not materialized, so that the query reads only the columns and the chunks that it needs.
  const relations = [
    sql`moment AS NOT MATERIALIZED (SELECT ${moment} AS at)`,
    sql`events AS NOT MATERIALIZED (${eventsBefore({ table, source }, at, offsetsSeen)})`,
    sql`entities AS NOT MATERIALIZED (SELECT DISTINCT ${keys} FROM events ${whereKeyed(table, source)})`,
    ...references.map(
      (reference) => sql`${ident(reference.name)} AS NOT MATERIALIZED (${validAt(reference, moment)})`,
    ),
  ];
  return sql`WITH ${join(relations)} SELECT * FROM (\n${raw(table.sql)}\n) AS result`;
}

function whereKeyed({ primaryKeys }: Batch['table'], { fields }: Batch['source']): Sql {
  const optional = fields.filter(({ name, required }) => primaryKeys.includes(name) && !required);
  if (optional.length === 0) return empty;
  return sql`WHERE ${join(
    optional.map(({ name }) => sql`${ident(name)} <> ''`),
    ' AND ',
  )}`;
}

function eventsBefore(
  { table, source }: Omit<Batch, 'references'>,
  at: Instant,
  offsetsSeen: OffsetsSeen,
): Sql {
  const time = ident(source.eventTime);
  const { lookBack } = table;
  const since =
    lookBack === undefined
      ? sql``
      : sql`AND ${time} >= ${toTimestamptz(at - parseDuration(lookBack)!)}::timestamptz`;
  const columns = [
    ...source.fields.map(({ name }) => name),
    'kafka_partition',
    'kafka_offset',
    'kafka_ts',
    'kafka_index',
  ];
  return sql`
    SELECT ${join(columns.map((name) => ident(name)))} FROM ${rawEvents(source)}
    WHERE ${time} < ${toTimestamptz(at)}::timestamptz ${since} AND NOT duplicate AND ${areSeen(offsetsSeen)}`;
}

/** A condition on raw events. */
export function areSeen(offsetsSeen: OffsetsSeen): Sql {
  return sql`kafka_offset < (${byPartition(offsetsSeen)}::bigint[])[kafka_partition + 1]`;
}

/** The offsets as an array, in which partition p has index p + 1. Null: nothing of the partition is seen. */
function byPartition(offsetsSeen: OffsetsSeen): (string | null)[] {
  const length = Math.max(-1, ...offsetsSeen.keys()) + 1;
  return Array.from({ length }, (_, partition) => offsetsSeen.get(partition)?.toString() ?? null);
}

function validAt({ name, primaryKeys, fields }: ReferenceTableDefinition, moment: Sql): Sql {
  const keys = join(primaryKeys.map((key) => ident(key)));
  return sql`
    SELECT DISTINCT ON (${keys}) ${join(fields.map((field) => ident(field.name)))}, valid_from
    FROM ${referenceOf(name)} WHERE valid_from <= ${moment} ORDER BY ${keys}, valid_from DESC`;
}
