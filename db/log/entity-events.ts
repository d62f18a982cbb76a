import sql, { type Sql, join } from 'sql-template-tag';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Client } from '../sql/client.ts';
import { type FoldedEntity, entityPages } from '../sql/entity-pages.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { type StoredValue, selectedOf, toRawEvent } from './read-raw-events.ts';

/** Which raw events to read, by entity. */
export interface EntityEventsRead {
  /** The fields that make the key of an entity. */
  readonly keys: readonly string[];
  /** Event times, `from` included. Undefined: from the first event on. */
  readonly from: Instant | undefined;
  /** Included. */
  readonly to: Instant;
}

/**
 * Folds the raw events of a source into a state of each entity, one entity after another, a page of them at a time.
 * Duplicates and events without a key are left out. The client must be in a transaction, and runs one such read at a
 * time.
 */
export function entityEvents<State>(
  client: Client,
  source: EventSourceDefinition,
  { keys, from, to }: EntityEventsRead,
  fold: (state: State | undefined, event: RawEvent) => State,
): AsyncGenerator<FoldedEntity<State>[]> {
  const time = ident('raw', source.eventTime);
  const columns = keys.map((key) => ident('raw', key));
  const conditions: Sql[] = [
    sql`NOT raw.duplicate`,
    sql`${time} <= ${toTimestamptz(to)}`,
    ...(from === undefined ? [] : [sql`${time} >= ${toTimestamptz(from)}`]),
    ...columns.map((column) => sql`${column} <> ''`),
  ];
  const query = sql`
    SELECT ${join(columns)}, ${selectedOf(source)} FROM ${rawEvents(source)} AS raw
    WHERE ${join(conditions, ' AND ')} ORDER BY ${join(columns)}`;
  return entityPages<State>(client, query, keys.length, (state, row) =>
    fold(state, toRawEvent(source, row as readonly StoredValue[])),
  );
}
