import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type PreviewRow, preview } from '../../../client/index.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { simulate } from '../../../simulator/index.ts';
import { windowKey } from '../../oracle/oracle.ts';
import { everyLength } from '../../property/support/every-aggregate.ts';
import { readFeatureRows } from '../../support/expectations/feature-rows.ts';
import { withProject } from '../../support/projects/project.ts';
import { withFolder } from '../../support/projects/training-set.ts';

const shop = [
  ...simulate({ seed: 23, until: '2026-03-01T00:00:00Z', days: 2, users: 15, late: 0.05, malformed: 0.05 }),
];

test('a preview of a file has the features that the stream commits after an import of the file', async () => {
  await withProject({ source: { topicPartitions: 3 }, tables: [everyLength] }, (project) =>
    withFolder(async (folder) => {
      const { source, asof, pool } = project;
      const file = join(folder, 'events.ndjson');
      await writeFile(file, shop.map(({ value }) => `${value}\n`).join(''));
      const { sent, events } = await asof.stream(source).import(file);
      await project.withWorkers(2, () =>
        asof.stream(source).readToHead({ from: 'earliest', shards: 3, maxRecords: 50 }),
      );
      const check = await asof.stream(source).check();
      const total = (count: 'raw' | 'deadLetters') =>
        check.partitions.reduce((sum, partition) => sum + Number(partition[count]), 0);

      const definitions = await asof.definitions();
      for (const table of [userActivityFeatures.definition, everyLength]) {
        const shown = await preview(definitions, table.name, file);
        const stored = await readFeatureRows(pool, table, userEvents.definition);
        const names = table.features.map(({ name }) => name);
        expect(shown.rowCount).toBe(stored.size);
        const shownFeatures = shown.rows.map((row) => [idOf(row), pick(row, names)] as const);
        const storedFeatures = [...stored].map(([id, row]) => [id, pick(row, names)] as const);
        expect(new Map(shownFeatures)).toEqual(new Map(storedFeatures));
        expect(shown).toMatchObject({ lines: sent, events, deadLetters: total('deadLetters') });
        expect(shown.events).toBe(total('raw'));
      }
      expect(total('deadLetters')).toBeGreaterThan(0);
    }),
  );
});

/** As the rows of the database are called. */
function idOf({ user_id, feature_ts }: PreviewRow): string {
  return windowKey(String(user_id), BigInt(Date.parse(String(feature_ts))) * 1000n);
}

function pick(row: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}
