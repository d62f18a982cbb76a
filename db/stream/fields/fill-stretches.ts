import sql from 'sql-template-tag';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { Event } from '../../../domain/log/event.ts';
import { type OffsetSpan, type Stretch, spansWithout } from '../../../domain/log/gaps/field-gap.ts';
import type { EventSourceDefinition, FieldDefinition } from '../../../domain/registry/definition.ts';
import { lockAccounts } from '../../commits/ledger-lock.ts';
import { type SourceRevision, holdRevision } from '../../commits/source-revisions.ts';
import { fillRawEvents } from '../../log/gaps/fill-raw-events.ts';
import { bulkInsert, unnest } from '../../sql/bulk-insert.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { timeClusters } from '../../tables/time-clusters.ts';

/** A source, and the revision of its definitions. */
export interface RevisedSource {
  readonly source: EventSourceDefinition;
  readonly revision: SourceRevision;
}

/** A stretch whose records were read again. */
export interface ReadStretch {
  readonly stretch: Stretch;
  /** What was decoded of its records: none of a record that cannot be read. */
  readonly events: readonly Event[];
  /** Whether Kafka no longer has any of its records. */
  readonly isGone: boolean;
}

/**
 * Fills gaps over the stretches, in one transaction: the raw events get the fields that they lack, and what was
 * not filled is noted. The stream may go on meanwhile; its events have the fields.
 *
 * @param fields the fields of which the values of the events are.
 * @returns the number of raw events that were filled.
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict) when the registry has changed since the source was
 * loaded; `ASOF_CURSOR_MOVED` (conflict) when another attempt has filled the stretches.
 */
export async function fillStretches(
  pool: Pool,
  { source, revision }: RevisedSource,
  fields: readonly FieldDefinition[],
  read: readonly ReadStretch[],
): Promise<number> {
  return inTransaction(pool, async (client) => {
    await holdRevision(client, source.name, revision);
    await moveGaps(
      client,
      source,
      read.map(({ stretch }) => stretch),
    );
    await lockAccounts(client, source.name);
    let filled = 0;
    for (const { stretch, events, isGone } of read) {
      const found: bigint[] = [];
      for (const near of timeClusters(events, ({ eventTs }) => ({ from: eventTs, to: eventTs }))) {
        const places = await fillRawEvents(client, source, stretch.gaps, { fields, events: near });
        for (const { offset } of places) found.push(offset);
      }
      await recordStretch(client, stretch, {
        filled: found.length,
        isGone,
        rests: spansWithout(stretch, found),
      });
      filled += found.length;
    }
    return filled;
  });
}

/** Moves the gaps over their stretches by compare-and-set, and locks them until commit. */
async function moveGaps(
  client: Client,
  { name }: EventSourceDefinition,
  stretches: readonly Stretch[],
): Promise<void> {
  const moves = stretches.flatMap(({ gaps, from, to }) => gaps.map(({ id }) => ({ id, from, to })));
  const columns = [
    { name: 'gap_id', type: 'bigint', values: moves.map(({ id }) => id) },
    { name: 'from_offset', type: 'bigint', values: moves.map(({ from }) => from) },
    { name: 'to_offset', type: 'bigint', values: moves.map(({ to }) => to) },
  ];
  const { rowCount } = await client.query(sql`
    UPDATE asof.field_gaps AS gap SET next_offset = move.to_offset
    FROM ${unnest(columns, 'move')}
    WHERE gap.gap_id = move.gap_id AND gap.next_offset = move.from_offset`);
  if (rowCount === moves.length) return;
  throw new AsofError(
    'ASOF_CURSOR_MOVED',
    `another writer fills the fields of '${name}' and has moved on; nothing was written, read again from where it is`,
    { details: { source: name } },
  );
}

/** What became of the offsets of a stretch. */
interface StretchOutcome {
  /** The number of raw events that were filled. */
  readonly filled: number;
  /** The offsets of which no raw event was filled. */
  readonly rests: readonly OffsetSpan[];
  readonly isGone: boolean;
}

async function recordStretch(
  client: Client,
  { gaps }: Stretch,
  { filled, rests, isGone }: StretchOutcome,
): Promise<void> {
  const ids = gaps.map(({ id }) => id);
  await client.query(
    sql`UPDATE asof.field_gaps SET filled = filled + ${filled} WHERE gap_id = ANY(${ids}::bigint[])`,
  );
  if (rests.length === 0) return;
  const rows = ids.flatMap((id) => rests.map((rest) => ({ id, ...rest })));
  const columns = [
    { name: 'gap_id', type: 'bigint', values: rows.map(({ id }) => id) },
    { name: 'offsets', type: 'int8range', values: rows.map(({ from, to }) => `[${from},${to})`) },
    { name: 'is_gone', type: 'boolean', values: rows.map(() => isGone) },
  ];
  await client.query(bulkInsert(ident('asof', 'field_gap_rests'), columns));
}
