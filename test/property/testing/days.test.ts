import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { SimulatedDeployment } from '../../../testing/deployment.ts';
import { Simulation } from '../../../testing/simulation.ts';
import { dailyRows } from '../../oracle/features/daily.ts';
import type { AcceptedEvent } from '../../oracle/log.ts';
import { dailyForOracle, dailyTables, shoppers, wares } from '../support/daily/daily-tables.ts';
import { forAllSlow } from '../support/for-all.ts';
import { rfc3339 } from '../support/stream.ts';

const MINUTE = 60_000_000n;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const START = parseInstant('2026-03-01T07:00:00Z')!;
/** From when on no event of a day can be late: 10 minutes after its end, and a millisecond. */
const SETTLED = 10n * MINUTE + 1_000n;

const drafts = fc.record({
  /** How long before it is sent it happens: some come days late. */
  hours: fc.oneof(fc.nat(3), fc.nat(60), fc.nat(1_900)),
  user: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom('view', 'view', 'purchase', null),
  product: fc.constantFrom('p_1', 'p_2', 'without a row', null),
  revenue: fc.constantFrom(0.1, 0.2, 10.5, 1e15, -1e15, null),
  platform: fc.constantFrom('web', 'app', null),
});
const steps = fc.array(
  fc.record({
    events: fc.array(drafts, { maxLength: 6 }),
    hours: fc.constantFrom(0, 1, 7, 24, 30, 200),
    isCrash: fc.boolean(),
  }),
  { minLength: 2, maxLength: 7 },
);

const shopperRows = [
  { user_id: 'a', since: '2025-01-31T12:00:00Z', tier: 'plus', age: 40, valid_from: '2020-01-01T00:00:00Z' },
  { user_id: 'a', since: null, tier: null, age: 41.5, valid_from: '2026-03-03T00:00:00Z' },
  {
    user_id: 'b',
    since: '2026-02-28T00:00:00Z',
    tier: 'free',
    age: null,
    valid_from: '2026-02-28T00:00:00Z',
  },
];
const wareRows = [
  { product_id: 'p_1', category: 'x', weight: 0.1, valid_from: '2020-01-01T00:00:00Z' },
  { product_id: 'p_2', category: 'y', weight: 2.5, valid_from: '2026-03-02T00:00:00Z' },
];

test("each day has the oracle's rows of the events that had come when it was computed", async () => {
  let rows = 0;
  await forAllSlow(fc.record({ table: dailyTables, steps }), 60, async ({ table, steps }) => {
    const definitions = new DefinitionSet([
      userEvents.definition,
      shoppers.definition,
      wares.definition,
      table,
    ]);
    const settings = { start: START, trigger: 0n, seed: 1, isOnlineContinuous: true };
    const sim = new Simulation(new SimulatedDeployment(definitions, settings));
    await sim.writeTable('shoppers', shopperRows);
    await sim.writeTable('wares', wareRows);
    const sent: { readonly event: AcceptedEvent; readonly at: bigint }[] = [];
    for (const { events, hours, isCrash } of steps) {
      const now = parseInstant(sim.now)!;
      const accepted = events.map((draft, index) => acceptedAt(draft, now, sent.length + index));
      sim.send('user-events', accepted.map(jsonOf));
      sent.push(...accepted.map((event) => ({ event, at: now })));
      if (isCrash) sim.crash();
      await sim.advance(`${hours} hours`);
    }
    const wanted: object[] = [];
    for (let day = START - (START % DAY) + DAY; day + SETTLED <= parseInstant(sim.now)!; day += DAY) {
      const known = sent.filter(({ at }) => at <= day + SETTLED).map(({ event }) => event);
      for (const [user_id, values] of dailyRows(dailyForOracle(table), known, references, day))
        wanted.push({ user_id, feature_ts: rfc3339(day), ...values });
    }
    const found = sim.rows('daily');
    expect(sorted(found)).toEqual(sorted(wanted));
    rows += found.length;
  });
  expect(rows).toBeGreaterThan(10);
});

type Draft = typeof drafts extends fc.Arbitrary<infer One> ? One : never;

function acceptedAt(draft: Draft, now: bigint, offset: number): AcceptedEvent {
  return {
    kafka_partition: 0,
    kafka_offset: BigInt(offset),
    kafka_index: 0,
    kafka_ts: now,
    user_id: draft.user,
    event_type: draft.type,
    product_id: draft.product,
    revenue: draft.revenue,
    session_id: null,
    platform: draft.platform,
    event_ts: now - BigInt(draft.hours) * HOUR,
    invalid_fields: [],
  };
}

function jsonOf({ user_id, event_type, product_id, revenue, platform, event_ts }: AcceptedEvent): object {
  return { user_id, event_type, product_id, revenue, platform, event_ts: rfc3339(event_ts) };
}

const references = {
  shoppers: { key: 'user_id', columns: ['since', 'tier', 'age'], rows: timed(shopperRows) },
  wares: { key: 'product_id', columns: ['category', 'weight'], rows: timed(wareRows) },
} as const;

function timed(rows: readonly Record<string, string | number | null>[]) {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        name === 'since' || name === 'valid_from'
          ? value === null
            ? null
            : parseInstant(String(value))!
          : value,
      ]),
    ),
  );
}

function sorted(rows: readonly object[]): object[] {
  const placeOf = ({ user_id, feature_ts }: { user_id?: unknown; feature_ts?: unknown }) =>
    `${String(feature_ts)} ${String(user_id)}`;
  return [...rows].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}
