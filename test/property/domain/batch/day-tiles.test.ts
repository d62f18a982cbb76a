import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  TOP_LEVEL,
  dayOf,
  daysOf,
  endOf,
  startOf,
  tileWith,
  tilesOver,
} from '../../../../domain/batch/day-tiles.ts';
import type { FindRow } from '../../../../domain/batch/joined-feature.ts';
import { compileTiledTable } from '../../../../domain/batch/tiled-table.ts';
import type { ExpressionValue } from '../../../../domain/expressions/value.ts';
import type { Event } from '../../../../domain/log/event.ts';
import type { ReferenceTableDefinition } from '../../../../domain/registry/definition.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { type OracleReference, dailyRows } from '../../../oracle/features/daily.ts';
import type { AcceptedEvent } from '../../../oracle/log.ts';
import { dailyForOracle, dailyTables, shoppers, wares } from '../../support/daily/daily-tables.ts';
import { TileStore } from '../../support/daily/tile-store.ts';
import { forAll } from '../../support/for-all.ts';

const days = fc.integer({ min: -30_000, max: 60_000 });

test('tiles cover days without a gap or an overlap, and are few', () => {
  const spans = fc.record({ from: fc.option(days, { nil: undefined }), to: days, first: days });
  forAll(spans, ({ from, to, first }) => {
    const tiles = tilesOver(from, to, first);
    const start = Math.max(from ?? first, first);
    if (start >= to) {
      expect(tiles).toEqual([]);
      return;
    }
    expect(tiles[0]!.firstDay).toBeLessThanOrEqual(start);
    expect(endOf(tiles[0]!)).toBeGreaterThan(start);
    expect(endOf(tiles.at(-1)!)).toBe(to);
    for (const [index, tile] of tiles.entries()) {
      expect(tileWith(tile.firstDay, tile.level)).toEqual(tile);
      if (index > 0) expect(tile.firstDay).toBe(endOf(tiles[index - 1]!));
      if (from !== undefined) expect(tile.firstDay).toBeGreaterThanOrEqual(from);
    }
    expect(tiles.length).toBeLessThanOrEqual(6 * TOP_LEVEL + (to - start) / daysOf(TOP_LEVEL));
  });
});

const FIRST_DAYS = [-40, 0, 63, 20_479];

const drafts = fc.record({
  day: fc.nat(80),
  micros: fc.constantFrom(0n, 0n, 1n, 43_200_000_000n, 86_399_999_999n),
  user: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom('view', 'view', 'purchase', null),
  product: fc.constantFrom('p_1', 'p_2', 'p_3', 'without a row', null),
  revenue: fc.constantFrom(0.1, 0.2, 10.5, 100, 1e15, -1e15, null),
  platform: fc.constantFrom('web', 'app', null),
});

const references = fc.record({
  shoppers: fc.array(
    fc.record({
      user_id: fc.constantFrom('a', 'b'),
      since: fc.option(fc.integer({ min: -100, max: 100 })),
      tier: fc.constantFrom('free', 'plus', null),
      age: fc.option(fc.nat(90)),
      valid_from: fc.integer({ min: -1, max: 80 }),
    }),
    { maxLength: 4 },
  ),
  wares: fc.array(
    fc.record({
      product_id: fc.constantFrom('p_1', 'p_2', 'p_3'),
      category: fc.constantFrom('x', 'y', 'Z', null),
      weight: fc.constantFrom(0.1, 2.5, 1e15, null),
      valid_from: fc.integer({ min: -1, max: 80 }),
    }),
    { maxLength: 6 },
  ),
});

/** Events come in writes, tables are computed at random days, and retention removes what is old. */
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.array(drafts, { minLength: 1, maxLength: 8 }) }) },
    { weight: 3, arbitrary: fc.record({ compute: fc.nat(90) }) },
    { weight: 1, arbitrary: fc.record({ retain: fc.nat(60) }) },
  ),
  { minLength: 2, maxLength: 14, size: 'max' },
);

const lives = fc.record({
  table: dailyTables,
  first: fc.constantFrom(...FIRST_DAYS),
  references,
  steps: steps.map((all) => [...all, { compute: 85 }]),
});

test('rows from day tiles are those of the oracle, whatever comes late and in whatever order days are computed', () => {
  const seen = { rows: 0, refused: 0 };
  forAll(lives, ({ table, first, references, steps }) => {
    const known = { shoppers: rowsAt(references.shoppers, first), wares: rowsAt(references.wares, first) };
    const source = userEvents.definition;
    const store = new TileStore(compileTiledTable(table, source, [shoppers.definition, wares.definition]));
    const naive = new NaiveLife(table.lookBack === undefined ? undefined : 70);
    let offset = 0n;
    for (const step of steps) {
      if ('add' in step) {
        const events = step.add.map((draft) => eventOf(draft, first, offset++));
        store.add(events.map(engineEvent));
        naive.add(events);
      } else if ('retain' in step) {
        store.retain(startOf(first + step.retain));
        naive.retain(startOf(first + step.retain));
      } else {
        const at = first + step.compute;
        const rows = store.compute(at, finder(known, startOf(at)));
        const events = naive.compute(startOf(at));
        expect(rows === undefined).toBe(events === undefined);
        if (!rows || !events) {
          seen.refused += 1;
          continue;
        }
        const expected = dailyRows(dailyForOracle(table), events, oracleReferences(known), startOf(at));
        expect(named(table.features, rows)).toEqual(expected);
        seen.rows += rows.size;
      }
    }
  });
  expect(seen.rows).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(0);
});

/** Which events count: those that were there when a computation over their day could still read it. */
class NaiveLife {
  readonly #span: bigint | undefined;
  readonly #events: { readonly event: AcceptedEvent; isTaken: boolean }[] = [];
  readonly #computed: bigint[] = [];
  #floor: bigint | undefined;

  constructor(days: number | undefined) {
    this.#span = days === undefined ? undefined : startOf(days);
  }

  add(events: readonly AcceptedEvent[]): void {
    this.#events.push(...events.map((event) => ({ event, isTaken: false })));
  }

  retain(floor: bigint): void {
    if (this.#floor === undefined || floor > this.#floor) this.#floor = floor;
  }

  /** The events as of a moment. Undefined if one of them was removed before it was ever taken. */
  compute(at: bigint): AcceptedEvent[] | undefined {
    const read = this.#events.filter(({ event: { event_ts } }) => reads(at, this.#span, event_ts));
    const dayIn = ({ event_ts }: AcceptedEvent): bigint => startOf(dayOf(event_ts));
    const isGone = (event: AcceptedEvent): boolean => this.#floor !== undefined && dayIn(event) < this.#floor;
    const hasTiles = (event: AcceptedEvent): boolean =>
      this.#events.some((other) => other.isTaken && dayIn(other.event) === dayIn(event));
    const wasEmpty = ({ event_ts }: AcceptedEvent): boolean =>
      this.#computed.some((before) => reads(before, this.#span, event_ts));
    if (read.some(({ event }) => isGone(event) && !hasTiles(event) && !wasEmpty(event))) return undefined;
    for (const one of read) one.isTaken ||= !isGone(one.event);
    this.#computed.push(at);
    return read.filter(({ isTaken }) => isTaken).map(({ event }) => event);
  }
}

function reads(at: bigint, span: bigint | undefined, moment: bigint): boolean {
  return moment < at && (span === undefined || moment >= at - span);
}

type Draft = typeof drafts extends fc.Arbitrary<infer One> ? One : never;

function eventOf(draft: Draft, first: number, offset: bigint): AcceptedEvent {
  const event_ts = startOf(first + draft.day) + draft.micros;
  return {
    kafka_partition: 0,
    kafka_offset: offset,
    kafka_index: 0,
    kafka_ts: event_ts,
    user_id: draft.user,
    event_type: draft.type,
    product_id: draft.product,
    revenue: draft.revenue,
    session_id: null,
    platform: draft.platform,
    event_ts,
    invalid_fields: [],
  };
}

function engineEvent(event: AcceptedEvent): Event {
  return {
    partition: event.kafka_partition,
    offset: event.kafka_offset,
    kafkaTs: event.kafka_ts,
    eventTs: event.event_ts,
    values: userEvents.definition.fields.map(
      ({ name }) => event[name as keyof AcceptedEvent] as string | null,
    ),
  };
}

type ReferenceRow = Readonly<Record<string, ExpressionValue>>;
type Known = Readonly<Record<'shoppers' | 'wares', readonly ReferenceRow[]>>;

/** Rows whose times are moments. Of rows with the same key and time, one stays. */
function rowsAt(rows: readonly object[], first: number): ReferenceRow[] {
  const timed = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]: [string, number | string | null]) => [
        name,
        (name === 'since' || name === 'valid_from') && value !== null
          ? startOf(first + Number(value))
          : value,
      ]),
    ),
  );
  const key = (row: ReferenceRow) => `${String(row.user_id ?? row.product_id)} ${String(row.valid_from)}`;
  return [...new Map(timed.map((row) => [key(row), row])).values()];
}

function finder(known: Known, at: bigint): FindRow {
  const definitions: Record<string, ReferenceTableDefinition> = {
    shoppers: shoppers.definition,
    wares: wares.definition,
  };
  return (table, key) => {
    const { primaryKeys, fields } = definitions[table]!;
    const [newest] = known[table as keyof Known]
      .filter((row) => row[primaryKeys[0]!] === key && (row.valid_from as bigint) <= at)
      .sort((a, b) => Number((b.valid_from as bigint) - (a.valid_from as bigint)));
    return newest && fields.map(({ name }) => newest[name] ?? null);
  };
}

function oracleReferences({ shoppers, wares }: Known): Record<string, OracleReference> {
  return {
    shoppers: {
      key: 'user_id',
      columns: ['since', 'tier', 'age'],
      rows: shoppers as OracleReference['rows'],
    },
    wares: { key: 'product_id', columns: ['category', 'weight'], rows: wares as OracleReference['rows'] },
  };
}

function named(
  features: readonly { readonly name: string }[],
  rows: ReadonlyMap<string, readonly unknown[]>,
): Map<string, Record<string, unknown>> {
  return new Map(
    [...rows].map(([user, values]) => [
      user,
      Object.fromEntries(features.map(({ name }, place) => [name, values[place]])),
    ]),
  );
}
