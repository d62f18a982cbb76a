import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadStreamEngine } from '../../../../db/engine/load-engine.ts';
import { createCursors } from '../../../../db/log/cursors.ts';
import { NO_RECORDS } from '../../../../db/log/ledger.ts';
import { register } from '../../../../db/registry/registry.ts';
import { inTransaction } from '../../../../db/sql/client.ts';
import { commitMicroBatch } from '../../../../db/stream/commit-micro-batch.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import type { Watermark } from '../../../../domain/log/watermark.ts';
import { formatInstant, fromMillis } from '../../../../domain/time/instant.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { lookup } from '../../../../schemas/definitions/lookup.ts';
import { trainingSet } from '../../../../schemas/definitions/training-set.ts';
import { simulate } from '../../../../simulator/index.ts';
import { EXAMPLE } from '../../../oracle/log.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { type StoredRow, lookUp } from '../../../oracle/training-set.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { csv, readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { build } from './random-tables.ts';

const HOUR = 3_600_000_000n;
const UNTIL = '2026-03-03T00:00:00Z';
const FEATURES = userActivityFeatures.definition.features.map(({ name }) => name);
const BIGINTS = ['event_count_1h', 'session_count_1h', 'unique_products_1h', 'purchase_count_1h'];

test("window features of every user as of every hour equal the oracle's, within a lookback of a day", async () => {
  await withProject({ source: { topicPartitions: 1 } }, async (project) =>
    withFolder(async (folder) => {
      const records = [...simulate({ seed: 5, until: UNTIL, days: 3, users: 25 })].map(
        ({ value }, at): KafkaRecord => ({
          partition: 0,
          offset: BigInt(at),
          kafkaTs: fromMillis(Date.parse(UNTIL)),
          key: null,
          value: typeof value === 'string' ? Buffer.from(value) : value,
        }),
      );
      await commitAll(project, records);
      const { windows } = oracle(records, EXAMPLE);
      const rows = [...windows.values()].map((row): StoredRow => ({
        key: [row.user_id],
        feature_ts: row.feature_ts,
        values: FEATURES.map((name) => {
          const value = row[name as keyof typeof row];
          return BIGINTS.includes(name) ? BigInt(value!) : value;
        }),
      }));
      const users = [...new Set(rows.map(({ key }) => key[0]!))];
      const spine = users.flatMap((user) =>
        Array.from({ length: 5 * 24 }, (_, hour) => ({
          user,
          moment: fromMillis(Date.parse(UNTIL)) - BigInt(hour - 36) * HOUR - BigInt(hour % 3),
        })),
      );
      const lines = spine.map(({ user, moment }) => [user, formatInstant(moment), '0.5']);
      await writeFile(join(folder, 'spine.csv'), csv([['user_id', 'at', 'label'], ...lines]));
      const receipt = await build(project.pool, folder, {
        spine: join(folder, 'spine.csv'),
        out: join(folder, 'out.parquet'),
        trainingSet: 'hourly',
      });

      const rules = { availableAfter: 0n, lookback: 24n * HOUR, defaults: FEATURES.map(() => null) };
      const expected = spine.map(({ user, moment }) => lookUp(rows, rules, [user], moment));
      const built = await readParquetFile(join(folder, 'out.parquet'));
      expect(built.rows).toEqual(
        spine.map(({ user, moment }, at) => [user, moment, 0.5, ...expected[at]!.values]),
      );
      const found = expected.filter((one) => one.found).length;
      expect(found).toBeGreaterThan(users.length);
      expect(receipt.lookups).toEqual([
        { table: 'user_activity_features', found, notFound: spine.length - found },
      ]);
      expect(receipt.knowledge.sequence).toBe('2');
      expect(Date.parse(receipt.knowledge.knownAt!)).toBeGreaterThan(Date.now() - 60_000);
    }),
  );
});

/** Registers the training set, and commits the records in two micro-batches. */
async function commitAll({ pool, source }: Project, records: readonly KafkaRecord[]): Promise<void> {
  const { definition } = trainingSet({
    name: 'hourly',
    spine: { keys: ['user_id'], timestamp: 'at', label: 'label' },
    lookups: [lookup(userActivityFeatures, { lookback: '24 hours' })],
  });
  await inTransaction(pool, (client) => register(client, definition));
  await createCursors(pool, source, [{ partition: 0, offset: 0n }]);
  const engine = await loadStreamEngine(pool, source);
  const middle = records.length >> 1;
  let watermarks: ReadonlyMap<number, Watermark> = new Map();
  for (const part of [records.slice(0, middle), records.slice(middle)]) {
    const batch = engine.fold(part, watermarks);
    await commitMicroBatch(pool, engine, batch, [
      {
        partition: 0,
        from: part[0]!.offset,
        to: part.at(-1)!.offset + 1n,
        ...NO_RECORDS,
        raw: batch.raw.length,
        deadLetters: batch.deadLetters.length,
        late: new Set(batch.late.map(({ event }) => event)).size,
        watermark: batch.watermarks.get(0),
      },
    ]);
    watermarks = batch.watermarks;
  }
}
