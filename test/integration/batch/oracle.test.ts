import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulate, simulatedProducts, simulatedUsers } from '../../../simulator/index.ts';
import {
  expectBatchOracle,
  readEvents,
  withBatchProject,
  write,
} from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';

const TABLES = ['user_profile_features', 'transaction_features'];
const DAY = 86_400_000;

test("batch features of every day of a simulated storefront equal the oracle's, late events included", async () => {
  const options = { seed: 5, until: '2026-03-01T00:00:00Z', days: 100, users: 40, late: 0.1 };
  const [users, products] = [simulatedUsers(options), simulatedProducts(options)];
  await withBatchProject({}, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, [...simulate(options)]);
      await readEvents(project);
      await write(project, 'users', users);
      await write(project, 'products', products);
      const from = '2025-11-21T00:00:00Z';
      for (const table of TABLES) {
        const result = await project.asof.batch(table).run({ from, to: options.until });
        expect(result).toMatchObject({ computed: 101, skipped: 0 });
        expect(result.changed).toBe(result.rows);
      }
      const times = Array.from({ length: 101 }, (_, day) =>
        new Date(Date.parse(from) + day * DAY).toISOString(),
      );
      const rows = await expectBatchOracle(project, times, { userRows: users, productRows: products });
      const seen = (is: (row: (typeof rows)[number]) => boolean) => rows.filter(is).length;
      expect(
        seen(({ purchase_count_90d, purchase_count_30d }) => purchase_count_90d > purchase_count_30d),
      ).toBeGreaterThan(100);
      expect(seen(({ category_diversity_score }) => category_diversity_score > 0)).toBeGreaterThan(100);
      expect(seen(({ days_since_last_purchase }) => days_since_last_purchase === null)).toBeGreaterThan(10);
      const late = await project.pool.query('SELECT FROM events.late_events');
      expect(late.rowCount).toBeGreaterThan(50);
    }),
  );
});

const AT = '2026-03-01T00:00:00Z';

/** Moments at, just before and just after the edges of the formulas, with microseconds, in random order. */
const moments = fc
  .tuple(
    fc.constantFrom(-1, 0, 0, 0, 1, 29, 30, 31, 89, 90, 91, 400),
    fc.constantFrom(-1, 0, 0, 1, 86_399_999_999),
  )
  .map(([days, micros]) => micro(Date.parse(AT) - days * DAY, micros));

/** Names that collations sort differently; the order of their bytes is always the same. */
const categories = fc.constantFrom('a', 'B', 'b', 'é', 'z', '🛒', '');

const events = fc.array(
  fc.record({
    user_id: fc.integer({ min: 1, max: 150 }).map((user) => `u_${user}`),
    event_type: fc.constantFrom('purchase', 'purchase', 'purchase', 'view', null),
    product_id: fc.constantFrom('p_1', 'p_2', 'p_3', 'p_4', 'p_5', 'p_6', 'no row', null),
    revenue: fc.constantFrom(0.1, 0.2, 1e15, -1e15, 1e-300, 19.99, 0, null),
    event_ts: moments,
  }),
  { minLength: 1_500, maxLength: 1_500 },
);

const userRows = fc.uniqueArray(
  fc.record({
    user_id: fc.integer({ min: 1, max: 130 }).map((user) => `u_${user}`),
    signed_up_at: fc.option(moments),
    subscription_tier: fc.constantFrom('free', 'plus', null),
    valid_from: moments,
  }),
  { selector: ({ user_id, valid_from }) => `${user_id} ${valid_from}`, minLength: 150, maxLength: 200 },
);

const productRows = fc.uniqueArray(
  fc.record({
    product_id: fc.integer({ min: 1, max: 6 }).map((product) => `p_${product}`),
    category: fc.option(categories, { freq: 5 }),
    valid_from: moments,
  }),
  { selector: ({ product_id, valid_from }) => `${product_id} ${valid_from}`, minLength: 20, maxLength: 30 },
);

test("batch features of random events at the edges of the formulas equal the oracle's", async () => {
  await withBatchProject({}, (project) =>
    project.withWorkers(1, async () => {
      const cases = fc.tuple(events, userRows, productRows);
      const [log, users, products] = fc.sample(cases, { seed: 2026, numRuns: 1 })[0]!;
      await produce(
        project.kafka,
        project.source,
        log.map((event) => ({ value: JSON.stringify(event) })),
      );
      await readEvents(project);
      await write(project, 'users', users);
      await write(project, 'products', products);
      const days = [-1, 0, 1].map((day) => new Date(Date.parse(AT) + day * DAY).toISOString());
      for (const table of TABLES) await project.asof.batch(table).run({ from: days[0]!, to: days.at(-1)! });
      const rows = await expectBatchOracle(project, days, { userRows: users, productRows: products });
      expect(new Set(rows.map(({ preferred_category }) => preferred_category)).size).toBeGreaterThan(5);
    }),
  );
});

function micro(millis: number, micros: number): string {
  const whole = millis + Math.floor(micros / 1_000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(((micros % 1_000) + 1_000) % 1_000).padStart(3, '0')}Z`;
}
