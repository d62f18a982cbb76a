import { expect, test } from 'vitest';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import {
  coalesce,
  concat,
  count,
  first,
  greater,
  hourOfDay,
  isNull,
  last,
  less,
  multiply,
  not,
  or,
  ratio,
  startsWith,
  streamTable,
  sum,
  text,
  when,
} from '../../../schemas/index.ts';
import { simulate } from '../../../simulator/index.ts';
import { featureRows } from '../../oracle/feature-rows.ts';
import { expressionValue } from '../../oracle/features/expressions.ts';
import { EXAMPLE } from '../../oracle/log.ts';
import { oracle } from '../../oracle/oracle.ts';
import { forOracle } from '../../property/support/every-aggregate.ts';
import { readFeatureRows } from '../../support/expectations/feature-rows.ts';
import { produce, readLog } from '../../support/projects/log.ts';
import { withProject } from '../../support/projects/project.ts';

const shop = [...simulate({ seed: 7, until: '2026-03-01T00:00:00Z', days: 2, users: 20, late: 0.05 })];

const { definition: table } = streamTable({
  name: 'spoken',
  source: userEvents,
  window: { length: '30 minutes', slide: '10 minutes' },
  features: {
    with_tax: sum(multiply('revenue', 1.2), { where: greater('revenue', 10) }),
    at_night: count({ where: less(hourOfDay('event_ts', 'Asia/Tokyo'), 6) }),
    place: last(coalesce('product_id', text('nowhere'))),
    was_mobile: first(or(startsWith('platform', 'ios'), startsWith('platform', 'android'))),
    tax_a_night: ratio('with_tax', 'at_night'),
    spends: greater('with_tax', 100),
    kind: when('spends', concat(text('spender at '), 'place'), text('visitor')),
  },
});

const { expression: where } = not(isNull('platform'));

test("a table and a source in expressions equal the oracle's rows, streamed and filled", async () => {
  await withProject({ source: { topicPartitions: 3, where }, tables: [table] }, async (project) => {
    const { source, asof, pool, kafka } = project;
    const values = shop.map(({ value }, index) => ({ value, partition: index % 3 }));
    await produce(kafka, source, values);
    const later = { ...table, name: 'spoken_later', source };
    await project.withWorkers(1, async () => {
      await asof.stream(source).readToHead({ from: 'earliest', shards: 3 });
      await asof.apply([...(await asof.definitions()), later]);
      await asof.table(later.name).backfill({ late: 'leave' });
    });
    const holds = (valueOf: (name: string) => unknown) =>
      expressionValue(where, valueOf as Parameters<typeof expressionValue>[1]) === true;
    const { raw } = oracle(await readLog(kafka, source), {
      ...EXAMPLE,
      isFor: { fields: ['platform'], holds },
    });
    const expected = featureRows(raw, forOracle(table));
    expect(expected.size).toBeGreaterThan(20);
    for (const name of [table.name, later.name])
      expect(await readFeatureRows(pool, table, userEvents.definition, name)).toEqual(expected);
  });
}, 240_000);
