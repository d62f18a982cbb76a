import fc from 'fast-check';
import { expect, test } from 'vitest';
import { externalTable, lookup, onlineTable, streamTable, sum, trainingSet } from 'asof';
import { simulate } from 'asof/testing';
import { parseInstant } from '../../../domain/time/instant.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { EXAMPLE, type LogRecord, MINUTE } from '../../oracle/log.ts';
import { oracle } from '../../oracle/oracle.ts';
import { type RowChange, type TableStory, lookUpAs } from '../../oracle/training/ways.ts';
import type { LookupRules, Value } from '../../oracle/training-set.ts';
import { forAllSlow } from '../support/for-all.ts';
import { rfc3339 } from '../support/stream.ts';

const START = parseInstant('2026-03-01T00:00:00Z')!;
const WAYS = ['latest', 'as-known', 'as-served'] as const;

const users = fc.constantFrom('a', 'b');
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        events: fc.array(
          fc.record({
            user: users,
            before: fc.integer({ min: -20, max: 100 }),
            revenue: fc.constantFrom(1, 2.5, null),
          }),
          { minLength: 1, maxLength: 4 },
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        scores: fc.uniqueArray(
          fc.record({ user: users, step: fc.integer({ min: -3, max: 12 }), score: fc.option(fc.nat(3)) }),
          { selector: ({ user, step }) => `${user} ${step}`, minLength: 1, maxLength: 3 },
        ),
        isHistory: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ refresh: fc.constantFrom('spent', 'scores') }) },
    { weight: 3, arbitrary: fc.record({ minutes: fc.constantFrom(1, 15, 20, 45) }) },
  ),
  { minLength: 4, maxLength: 16, size: 'max' },
);
const cases = fc.record({
  steps,
  availableAfter: fc.constantFrom('0 minutes', '15 minutes'),
  lookback: fc.constantFrom(undefined, '1 hour'),
  asked: fc.array(fc.record({ user: users, minutes: fc.integer({ min: -60, max: 300 }) }), {
    minLength: 1,
    maxLength: 12,
  }),
});

test('look-ups, published rows and training sets in each way are those of the naive look-up in what had happened', async () => {
  const seen = { found: 0, differing: 0 };
  await forAllSlow(cases, 15, async ({ steps, availableAfter, lookback, asked }) => {
    const made = definitionsWith(availableAfter, lookback);
    const sim = await simulate({ definitions: made, start: rfc3339(START), trigger: '0', online: 'by hand' });
    const spent = new Story();
    const scores = new Story();
    const log: LogRecord[] = [];
    let sequence = 0n;
    for (const step of steps) {
      const now = parseInstant(sim.now)!;
      if ('minutes' in step) await sim.advance(`${step.minutes} minutes`);
      else if ('refresh' in step) {
        const story = step.refresh === 'spent' ? spent : scores;
        sim.online(step.refresh).refresh();
        story.syncs.push({ sequence, publishedAt: now });
      } else if ('scores' in step) {
        const { isHistory } = step;
        const rows = step.scores.map(({ user, step: place, score }) => {
          return { user_id: user, at: rfc3339(START + BigInt(place) * 15n * MINUTE), score };
        });
        await sim.writeTable('scores', rows, { history: isHistory });
        sequence += 1n;
        for (const { user_id, at, score } of rows)
          scores.add(user_id, parseInstant(at)!, [score], {
            sequence,
            knownAt: now,
            isHistory,
            earliestRecord: null,
          });
      } else {
        const records = step.events.map(({ user, before, revenue }) => ({
          user_id: user,
          event_type: 'purchase',
          revenue,
          event_ts: rfc3339(now - BigInt(before) * MINUTE),
        }));
        sim.sendRecords(
          'user-events',
          records.map((value) => ({ value, partition: 0 })),
        );
        await sim.advance('0');
        sequence += 1n;
        for (const value of records)
          log.push({
            partition: 0,
            offset: BigInt(log.length),
            kafkaTs: now,
            value: Buffer.from(JSON.stringify(value)),
          });
        for (const row of oracle(log, EXAMPLE).windows.values())
          spent.add(row.user_id, row.feature_ts, [row.revenue_1h], {
            sequence,
            knownAt: now,
            isHistory: false,
            earliestRecord: now,
          });
      }
    }
    const rules: LookupRules = {
      availableAfter: BigInt(Number.parseInt(availableAfter, 10)) * MINUTE,
      lookback: lookback === undefined ? null : 60n * MINUTE,
      defaults: [null],
    };
    const plainRules = { ...rules, lookback: null };
    const moments = asked.map(({ user, minutes }) => ({ user, moment: START + BigInt(minutes) * MINUTE }));
    const spine = moments.map(({ user, moment }) => ({ user_id: user, at: rfc3339(moment), label: 1 }));
    const inWays = new Set<string>();
    for (const way of WAYS) {
      const { rows } = await sim.trainingSet('both', spine, { as: way });
      const wanted = moments.map(({ user, moment }) => [
        valueIn(way, spent, rules, { key: [user], moment }),
        valueIn(way, scores, plainRules, { key: [user], moment }),
      ]);
      expect(
        rows.map(({ spent_1h, score }) => [spent_1h, score]),
        way,
      ).toEqual(wanted);
      seen.found += wanted.flat().filter((value) => value !== null).length;
      inWays.add(JSON.stringify(wanted));
    }
    if (inWays.size > 1) seen.differing += 1;
    for (const { user, moment } of moments) {
      const row = sim.at(rfc3339(moment)).lookUp('spent', { user_id: user }, { lookback });
      expect(row?.spent_1h ?? null).toBe(valueIn('latest', spent, rules, { key: [user], moment }));
    }
    for (const user of ['a', 'b']) {
      const row = await sim.online('scores').get({ user_id: user });
      expect(row?.score ?? null).toBe(
        valueIn('as-served', scores, plainRules, { key: [user], moment: parseInstant(sim.now)! }),
      );
    }
  });
  expect(seen.found).toBeGreaterThan(20);
  expect(seen.differing).toBeGreaterThan(3);
}, 120_000);

function definitionsWith(availableAfter: string, lookback: string | undefined) {
  const spent = streamTable({
    name: 'spent',
    source: userEvents,
    window: { length: '1 hour', slide: '15 minutes' },
    availableAfter,
    features: { spent_1h: sum('revenue') },
  });
  const scores = externalTable({
    name: 'scores',
    primaryKeys: ['user_id'],
    timestamp: 'at',
    availableAfter,
    features: { score: 'double' },
  });
  const both = trainingSet({
    name: 'both',
    spine: { keys: ['user_id'], timestamp: 'at', label: 'label' },
    lookups: [lookup(spent, lookback === undefined ? {} : { lookback }), lookup(scores)],
  });
  return [both, onlineTable({ table: spent }), onlineTable({ table: scores })];
}

/** What happened to the rows of a table. A row that is equal to the one before is no change. */
class Story implements TableStory {
  readonly changes: RowChange[] = [];
  readonly syncs: TableStory['syncs'][number][] = [];

  add(
    user: string,
    feature_ts: bigint,
    values: readonly Value[],
    write: Pick<RowChange, 'sequence' | 'knownAt' | 'isHistory' | 'earliestRecord'>,
  ): void {
    const last = this.changes.findLast(
      (change) => change.key[0] === user && change.feature_ts === feature_ts,
    );
    if (last && last.values![0] === values[0]) return;
    this.changes.push({ key: [user], feature_ts, values, ...write });
  }
}

function valueIn(
  way: (typeof WAYS)[number],
  story: TableStory,
  rules: LookupRules,
  asked: Parameters<typeof lookUpAs>[3],
): Value {
  return lookUpAs(way, story, rules, asked).values[0]!;
}
