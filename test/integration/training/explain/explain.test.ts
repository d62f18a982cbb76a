import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StreamEvidence } from '../../../../client/index.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { lookup } from '../../../../schemas/definitions/lookup.ts';
import { externalTable, trainingSet } from '../../../../schemas/index.ts';
import { commitEvents, createProjectCursors } from '../../../support/projects/commit.ts';
import { withProject } from '../../../support/projects/project.ts';
import { withFolder } from '../../../support/projects/training-set.ts';
import { runAsof } from '../../../support/servers/asof.ts';

const TABLE = 'user_activity_features';
const scores = externalTable({
  name: 'scores',
  primaryKeys: ['user_id'],
  timestamp: 'scored_at',
  features: { score: 'double' },
});

const at = (time: string, user_id = 'u_1', revenue = 1) => ({
  user_id,
  event_type: 'purchase',
  revenue,
  session_id: 's',
  product_id: 'p',
  platform: 'web',
  event_ts: `2026-03-01T${time}:00Z`,
});

test('a row of a set is explained down to its events and files, before and after a backfill corrects it', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    withFolder(async (folder) =>
      project.withWorkers(1, async () => {
        const { asof, environment } = project;
        const set = trainingSet({
          name: 'explained',
          spine: { keys: ['user_id'], timestamp: 'at', label: 'label' },
          lookups: [lookup(userActivityFeatures, { lookback: '24 hours' }), lookup(scores)],
        });
        await asof.apply([...(await asof.definitions()), scores, set]);
        await createProjectCursors(project, 1);
        // The watermark is 10 minutes behind, so the last event is late for the window that ends at 10:15.
        await commitEvents(project, 0, 0, [
          at('10:01'),
          at('10:03', 'u_1', 2),
          at('10:40', 'u_2'),
          at('10:05', 'u_1', 4),
        ]);
        await asof.writeTable('scores', [
          { user_id: 'u_1', scored_at: '2026-03-01T09:00:00.000000Z', score: 0.5 },
        ]);
        const spine = join(folder, 'spine.csv');
        await writeFile(spine, 'user_id,at,label\nu_2,2026-03-01T10:20:00Z,0\nu_1,2026-03-01T10:29:00Z,1\n');
        const planned = await runAsof(
          ['training-set', 'build', 'explained', '--spine', spine, '--as', 'as-known', '--explain', '--json'],
          environment,
        );
        const { id } = await asof.trainingSet('explained').build({ spine, allowMissing: true });
        expect(JSON.parse(planned.stdout)).toMatchObject({
          way: 'as-known',
          spine: { rows: 2, given: 2, from: '2026-03-01T10:20:00.000000Z', splits: null },
          lookups: [
            {
              table: TABLE,
              lookback: '1 day',
              keys: { wanted: 2 },
              chunks: { count: 1 },
              read: { by: 'all-versions', why: 'way' },
            },
            { table: 'scores', from: null, columns: ['score'] },
          ],
          definitions: [{ kind: 'training_set', name: 'explained', version: 1 }, {}, {}, {}],
        });
        const words = await runAsof(
          ['training-set', 'build', 'explained', '--spine', spine, '--explain'],
          environment,
        );
        expect(words.stdout).toMatch(/explained: nothing is built/);
        expect(words.stdout).toMatch(
          /the rows of the wanted keys alone, since its chunks of that time are small/,
        );

        const before = await asof.explain.trainingSet(id, { row: 1 });
        expect(before).toMatchObject({ row: 1, at: '2026-03-01T10:29:00.000000Z', holds: true });
        const [activity, written] = before.lookups;
        expect(activity).toMatchObject({
          taken: { featureTs: '2026-03-01T10:15:00.000000Z', supersededBy: null },
          evidence: {
            counts: { counted: 2, late: 1, merged: 0 },
            recomputes: true,
            events: [
              { offset: '3', fate: 'late', brings: {} },
              { offset: '1', fate: 'counted', brings: { revenue_1h: 2 } },
              { offset: '0', fate: 'counted' },
            ],
          },
        });
        expect(activity!.passedOver[0]).toMatchObject({
          featureTs: '2026-03-01T11:00:00.000000Z',
          why: 'notVisible',
        });
        expect(written).toMatchObject({
          taken: { featureTs: '2026-03-01T09:00:00.000000Z', writtenBy: { kind: 'external' } },
          features: [{ as: 'score', value: 0.5, inSet: 0.5 }],
          evidence: { kind: 'external', origin: 'rows' },
        });

        await asof.table(TABLE).backfill();
        // By the cut of the set, the superseded version is the one that was taken.
        const after = await asof.explain.trainingSet(id, {
          key: { user_id: 'u_1' },
          at: '2026-03-01T10:29:00Z',
        });
        expect(after).toMatchObject({ row: 1, holds: true });
        expect(after.lookups[0]!.taken!.supersededBy).not.toBeNull();
        expect(after.lookups[0]!.passedOver.map(({ why }) => why)).toContain('writtenAfterCut');
        const now = await asof.explain.lookup(TABLE, { key: { user_id: 'u_1' }, at: '2026-03-01T10:29:00Z' });
        expect(now.passedOver.map(({ why }) => why)).toContain('superseded');
        const { counts, recomputes } = now.evidence as StreamEvidence;
        expect([counts.counted, counts.merged, counts.late, recomputes]).toEqual([2, 1, 0, true]);

        const text = await runAsof(
          ['explain', 'training-set', id, '--row', '1', '--events', '1'],
          environment,
        );
        expect(text.stdout).toMatch(/the look-ups give what the set has/);
        expect(text.stdout).toMatch(/the row is the stored one: yes/);
        await expect(asof.explain.trainingSet(id, { row: 2 })).rejects.toThrow(/it has the rows 0 to 1/);
        await project.pool.query(
          `UPDATE features.${TABLE} SET revenue_1h = 9 WHERE feature_ts = '2026-03-01T10:15:00Z'`,
        );
        const changed = await asof.explain.lookup(TABLE, {
          key: { user_id: 'u_1' },
          at: '2026-03-01T10:29:00Z',
        });
        expect(changed.evidence).toMatchObject({
          recomputes: false,
          differences: [{ feature: 'revenue_1h', stored: 9, recomputed: 7 }],
        });
      }),
    ),
  );
});
