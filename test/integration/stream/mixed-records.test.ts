import { expect, test } from 'vitest';
import { type Random, randomFor } from '../../../simulator/random.ts';
import { EXAMPLE_FIELDS } from '../../oracle/acceptance.ts';
import { EXAMPLE, type OracleOptions } from '../../oracle/log.ts';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { produce } from '../../support/projects/log.ts';
import { withProject } from '../../support/projects/project.ts';

const PARTITIONS = 2;
const RECORDS = 2_000;
const FOR_US = ['view', 'purchase'];

const source = {
  topicPartitions: PARTITIONS,
  where: { op: 'in', field: 'event_type', values: FOR_US },
  tombstones: 'skip',
} as const;

const options: OracleOptions = {
  ...EXAMPLE,
  fieldsAt: () => EXAMPLE_FIELDS,
  isFor: { fields: ['event_type'], holds: (valueOf) => FOR_US.includes(valueOf('event_type') as string) },
  skipsTombstones: true,
};

test('events, foreign records, tombstones and values that do not fit add up, and rows equal the oracle', async () => {
  await withProject({ source }, (project) =>
    project.withWorkers(1, async () => {
      const random = randomFor(17, 'mix');
      const messages = Array.from({ length: RECORDS }, (_, index) => ({
        partition: random.whole(0, PARTITIONS - 1),
        value: mixedValue(random, index),
      }));
      await produce(project.kafka, project.source, messages);
      const stream = project.asof.stream(project.source);
      await stream.readToHead({ from: 'earliest', maxRecords: 150 });

      const { raw, deadLetters, skipped } = await expectOracle(project, options);
      expect(raw.length + deadLetters.length + skipped.length).toBe(RECORDS);
      for (const part of [raw, deadLetters, skipped]) expect(part.length).toBeGreaterThan(RECORDS / 20);
      const { partitions } = await stream.check();
      const total = (of: 'raw' | 'deadLetters' | 'skipped') =>
        partitions.reduce((sum, partition) => sum + partition[of], 0);
      expect([total('raw'), total('deadLetters'), total('skipped')]).toEqual([
        raw.length,
        deadLetters.length,
        skipped.length,
      ]);
      const { rows } = await project.pool.query<{ field: string; count: number }>(
        `SELECT field, sum(count::int)::int AS count FROM asof.offset_ledger, jsonb_each_text(invalid_fields) AS unfit (field, count)
         GROUP BY field ORDER BY field`,
      );
      const unfit = (field: string) =>
        raw.filter(({ invalid_fields }) => invalid_fields.includes(field)).length;
      expect(rows).toEqual(['platform', 'revenue'].map((field) => ({ field, count: unfit(field) })));
      expect(unfit('revenue')).toBeGreaterThan(50);
    }),
  );
});

/** The JSON text of a record, or null for a tombstone. Event times stray up to 20 minutes from the order of the log. */
function mixedValue(random: Random, index: number): string | null {
  if (random.chance(0.06)) return null;
  const time = new Date(Date.UTC(2026, 2, 1) + index * 20_000 - random.whole(0, 1_200_000)).toISOString();
  const members = [
    `"user_id":${random.pick(['"u_1"', '"u_2"', '"u_3"', '77', '77', 'null', '{}'])}`,
    `"event_type":${random.pick(['"view"', '"view"', '"purchase"', '"purchase"', '"heartbeat"', 'null', '[1]'])}`,
    `"revenue":${random.pick(['1.25', '0.1', 'null', '19.99', 'NaN', '"much"', '1e16'])}`,
    `"platform":${random.pick(['"ios"', '"web"', 'null', '12345678901234567890', '1.5', '{"a":[]}'])}`,
    `"event_ts":"${time}"`,
  ];
  const text = `{${members.join(',')}}`;
  return random.chance(0.03) ? text.slice(0, -random.whole(1, 9)) : text;
}
