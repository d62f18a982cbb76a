import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrainingSetReceipt } from '../../../../client/index.ts';
import { recordModel } from '../../../../db/training/models.ts';
import type { CorrectionRule } from '../../../../domain/registry/definition.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { externalTable, lookup, model, trainingSet } from '../../../../schemas/index.ts';
import { commitEvents, createProjectCursors } from '../../../support/projects/commit.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { runAsof } from '../../../support/servers/asof.ts';

const TABLE = 'user_activity_features';
const RULES = ['ignore', 'notify', 'rebuild', 'retrain'] as const;
/** More rounds search more: `ASOF_IMPACT_ROUNDS=30`. */
const ROUNDS = Number(process.env.ASOF_IMPACT_ROUNDS ?? 1);

const scores = externalTable({
  name: 'scores',
  primaryKeys: ['user_id'],
  timestamp: 'scored_at',
  features: { score: 'double' },
});
const setOf = (onCorrection: CorrectionRule) =>
  trainingSet({
    name: `set_${onCorrection}`,
    spine: { keys: ['user_id'], timestamp: 'at', label: 'label', split: 'part' },
    lookups: [
      lookup(userActivityFeatures, { lookback: '24 hours' }),
      lookup(scores, { lookback: '3 hours' }),
    ],
    onCorrection,
  });

const event = (time: string, user_id: string) => ({
  user_id,
  event_type: 'purchase',
  revenue: 1,
  session_id: 's',
  product_id: 'p',
  platform: 'web',
  event_ts: `2026-03-01T${time}:00Z`,
});

test('one correction touches exactly the rows that a build gives otherwise, and each rule is followed once', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    withFolder(async (folder) =>
      project.withWorkers(1, async () => {
        const { asof, pool, environment } = project;
        const sets = RULES.map(setOf);
        const trained = model({ name: 'impact_model', trainingSet: sets[3]!, run: 'impact' });
        await asof.apply([...(await asof.definitions()), scores, ...sets, trained]);
        await createProjectCursors(project, 1);
        // The watermark is 10 minutes behind, so that the last two events are late for some windows.
        const events = [event('10:01', 'u_1'), event('10:05', 'u_2'), event('11:00', 'u_3')];
        await commitEvents(project, 0, 0, [...events, event('10:03', 'u_1'), event('10:20', 'u_4')]);
        const spine = join(folder, 'spine.csv');
        await writeFile(spine, spineText());
        const build = (rule: CorrectionRule): Promise<TrainingSetReceipt> =>
          asof.trainingSet(`set_${rule}`).build({ spine, allowMissing: true });
        const built = new Map<CorrectionRule, TrainingSetReceipt>();
        for (const rule of RULES) built.set(rule, await build(rule));
        const first = built.get('retrain')!;
        await recordModel(
          pool,
          { name: 'impact_model', version: 1, runId: 'r', trainingSetId: first.id },
          {},
        );

        // A rebuild takes the spine that Asof keeps, wherever the file was that the build read.
        await pool.query(
          `UPDATE asof.training_sets SET manifest = jsonb_set(manifest::jsonb, '{spine,path}', '"/gone/spine.csv"')::json
           WHERE name = 'set_rebuild'`,
        );

        const foreseen = await asof.impact.ofLateEvents(TABLE);
        expect(foreseen.merged).toBe(2);
        const { rows: kept } = await pool.query('SELECT FROM events.late_events WHERE merged_by IS NULL');
        expect(kept.length).toBe(2);
        await asof.table(TABLE).backfill();
        const happened = await asof.impact.since(built.get('ignore')!.knowledge.sequence);
        expect(happened.changed).toEqual(foreseen.changed);
        expect(happened.changed[0]!.listed).toContainEqual({
          key: ['u_1'],
          featureTs: '2026-03-01T10:15:00.000000Z',
          change: 'changed',
          features: ['event_count_1h', 'revenue_1h', 'purchase_count_1h'],
        });

        const again = await build('ignore');
        const differing = await differingRows(built.get('ignore')!, again);
        expect(differing).toBeGreaterThan(0);
        const touched = RULES.map((rule) => ({ id: built.get(rule)!.id, rule, rows: differing }));
        expect(foreseen.trainingSets).toMatchObject(touched.toSorted((a, b) => (a.rule < b.rule ? -1 : 1)));
        expect(foreseen.trainingSets.find(({ rule }) => rule === 'retrain')!.models).toEqual([
          'impact_model/1',
        ]);

        const outcomes = await outcomesOf(project);
        expect(outcomes.get(built.get('ignore')!.id)).toBeUndefined();
        expect(outcomes.get(built.get('notify')!.id)).toEqual({ rule: 'notify', outcome: null });
        const rebuilt = outcomes.get(built.get('rebuild')!.id)!.outcome!.rebuilt;
        expect(
          await differingRows(
            { ...again, path: built.get('rebuild')!.path.replace(/ts_\w+/, rebuilt) },
            again,
          ),
        ).toBe(0);
        const { trainings } = outcomes.get(first.id)!.outcome!;
        expect(trainings).toHaveLength(1);
        await project.withTemporal(async ({ client }) => {
          const { type, workflowId } = await client.workflow.getHandle(trainings[0]!).describe();
          expect([type, workflowId]).toEqual(['trainModel', trainings[0]]);
        });

        expect(await asof.impact.assess()).toMatchObject({ trainingSets: [], unread: [], outcomes: [] });
        expect((await outcomesOf(project)).size).toBe(3);
        const listed = await asof.trainingSets.list();
        for (const rule of ['notify', 'rebuild'] as const)
          expect(listed.find(({ id }) => id === built.get(rule)!.id)?.correction).toMatchObject({ rule, rows: differing, isDone: true }); // prettier-ignore
        expect(listed.find(({ id }) => id === rebuilt)?.correction).toBeNull();
        expect(listed.find(({ id }) => id === built.get('ignore')!.id)?.correction).toBeNull(); // nobody asks
        await expectExactRounds(project, again, () => build('ignore'));
        const cli = await runAsof(['impact', '--since', again.knowledge.sequence, '--json'], environment);
        expect(JSON.parse(cli.stdout)).toMatchObject({ merged: 0, unread: [] });
      }),
    ),
  );
});

/** Writes random scores, and compares what `impact` says of a set with another build of it, row by row. */
async function expectExactRounds(
  { asof }: Project,
  start: TrainingSetReceipt,
  build: () => Promise<TrainingSetReceipt>,
): Promise<void> {
  let before = start;
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  let touched = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const rows = new Map(
      Array.from({ length: 4 }, () => {
        const [user_id, hour] = [`u_${1 + random(5)}`, 6 + random(8)];
        const scored_at = `2026-03-01T${String(hour).padStart(2, '0')}:00:00Z`;
        return [user_id + scored_at, { user_id, scored_at, score: random(3) }];
      }),
    );
    await asof.writeTable('scores', [...rows.values()]);
    const { trainingSets } = await asof.impact.since(before.knowledge.sequence);
    const after = await build();
    const differing = await differingRows(before, after);
    expect(trainingSets.find(({ id }) => id === before.id)?.rows ?? 0, `round ${round}`).toBe(differing);
    touched += differing;
    if (after.id !== before.id) before = after;
  }
  expect(touched).toBeGreaterThan(0);
}

function spineText(): string {
  const users = ['u_1', 'u_2', 'u_3', 'u_4', 'u_5'];
  const lines = users.flatMap((user, at) =>
    [9, 10, 11, 12, 13].map((hour) => {
      const minute = String(3 + at * 12).padStart(2, '0');
      return `${user},2026-03-01T${String(hour).padStart(2, '0')}:${minute}:00Z,${at % 2},${hour < 12 ? 'train' : 'val'}`;
    }),
  );
  return `user_id,at,label,part\n${lines.join('\n')}\n`;
}

/** How many rows of two sets differ, by brute force. */
async function differingRows(a: { path: string }, b: { path: string }): Promise<number> {
  const [one, other] = [await readParquetFile(a.path), await readParquetFile(b.path)];
  const text = (row: readonly unknown[]) => row.map(String).join('\0');
  return one.rows.filter((row, at) => text(row) !== text(other.rows[at]!)).length;
}

interface Outcome {
  readonly rule: CorrectionRule;
  readonly outcome: { readonly rebuilt: string; readonly trainings: readonly string[] } | null;
}

async function outcomesOf({ pool }: Project): Promise<ReadonlyMap<string, Outcome>> {
  const { rows } = await pool.query<Outcome & { id: string }>(
    'SELECT training_set_id AS id, rule, outcome FROM asof.training_set_corrections WHERE done_at IS NOT NULL',
  );
  return new Map(rows.map(({ id, ...outcome }) => [id, outcome]));
}
