import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { Event } from '../../../domain/log/event.ts';
import type { FieldGap } from '../../../domain/log/gaps/field-gap.ts';
import type { EventSourceDefinition, FieldDefinition } from '../../../domain/registry/definition.ts';
import type { CopyValues } from '../../sql/binary-copy.ts';
import { type BulkColumn, isBetween, matches, unnest, valueColumn } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { FIELD_COLUMNS } from '../../sql/column-types.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';
import { addInvalidFields } from '../ledger.ts';
import { type LogPlace, placeColumns, placeId } from '../log-place.ts';

/** Events that were decoded again, with the fields of which their values are. */
export interface FieldsOfEvents {
  readonly fields: readonly FieldDefinition[];
  readonly events: readonly Event[];
}

const PLACE = ['kafka_partition', 'kafka_offset', 'kafka_index'];

/**
 * Gives raw events the values of fields that they lack, and records in the ledger which of these did not fit.
 * Nothing else of them changes. The event times must lie near one another. The caller must hold `lockAccounts` of the
 * source.
 *
 * @param gaps of the same writes. Events of other writes stay as they are.
 * @returns the places of the raw events that were found.
 */
export async function fillRawEvents(
  client: Client,
  source: EventSourceDefinition,
  gaps: readonly FieldGap[],
  { fields, events }: FieldsOfEvents,
): Promise<LogPlace[]> {
  const names = new Set(gaps.map(({ field }) => field));
  const filled = fields.flatMap((field, index) => (names.has(field.name) ? [{ field, index }] : []));
  const invalid = events.map((event) => invalidOf(event, names));
  const times = events.map(({ eventTs }) => eventTs);
  const values = filled.map(({ field, index }, at) => valueColumnOf(field, at, events, index));
  const columns = [
    ...placeColumns(events),
    { name: 'event_time', type: 'timestamptz', values: times.map(toTimestamptz) },
    { name: 'invalid', type: 'jsonb', values: invalid.map((found) => found && JSON.stringify(found)) },
    ...values,
  ];
  const assigned = filled.map(({ field }, at) => sql`${ident(field.name)} = ${selected(values[at]!)}`);
  const { fromWrite, toWrite } = gaps[0]!;
  const { rows } = await client.query<{ partition: number; offset: string; index: number }>(sql`
    UPDATE ${rawEvents(source)} AS raw
    SET ${join(assigned)}, invalid_fields = CASE WHEN again.invalid IS NULL THEN raw.invalid_fields
      ELSE coalesce(raw.invalid_fields, '{}') || again.invalid END
    FROM ${unnest(columns, 'again')}
    WHERE ${ident('raw', source.eventTime)} = again.event_time AND ${isBetween('raw', source.eventTime, times)}
      AND ${matches('raw', 'again', PLACE)}
      AND raw.write_id >= ${fromWrite}::bigint AND raw.write_id < ${toWrite}::bigint
      AND NOT coalesce(raw.invalid_fields ?| ${[...names]}::text[], false)
    RETURNING again.kafka_partition AS partition, again.kafka_offset AS offset, again.kafka_index AS index`);
  const places = rows.map(({ offset, ...place }) => ({ ...place, offset: BigInt(offset) }));
  await recordInvalid(client, source, names, { events, places });
  return places;
}

/** By field: what did not fit. Null if all of them did. */
function invalidOf(
  { invalid = [] }: Pick<Event, 'invalid'>,
  names: ReadonlySet<string>,
): Record<string, string> | null {
  const found = invalid.filter(({ field }) => names.has(field));
  return found.length === 0 ? null : Object.fromEntries(found.map(({ field, json }) => [field, json]));
}

function valueColumnOf(
  { type }: FieldDefinition,
  at: number,
  events: readonly Event[],
  index: number,
): BulkColumn {
  const values = events.map((event) => event.values[index] as CopyValues[keyof CopyValues] | null);
  return valueColumn(`value_${at}`, FIELD_COLUMNS[type], values);
}

function selected({ name, castTo }: BulkColumn): Sql {
  return castTo ? sql`${ident('again', name)}::${raw(castTo)}` : ident('again', name);
}

/** Counts the values that did not fit of those events that were found. */
async function recordInvalid(
  client: Client,
  { name }: EventSourceDefinition,
  names: ReadonlySet<string>,
  { events, places }: { readonly events: readonly Event[]; readonly places: readonly LogPlace[] },
): Promise<void> {
  const found = new Set(places.map(placeId));
  const unfit = events
    .filter((event) => found.has(placeId(event)))
    .map(({ partition, offset, index, ...event }) => {
      const counts = Object.keys(invalidOf(event, names) ?? {}).map((field) => [field, 1]);
      return { partition, offset, index, counts: Object.fromEntries(counts) as Record<string, number> };
    });
  await addInvalidFields(
    client,
    name,
    unfit.filter(({ counts }) => Object.keys(counts).length > 0),
  );
}
