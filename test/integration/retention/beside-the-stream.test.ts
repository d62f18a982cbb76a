import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { partitionOffsets } from '../../../adapters/kafka/topics.ts';
import { ledgerViolations } from '../../../db/log/ledger-check.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { RETAINED, type Retained } from '../../../domain/retention/retention.ts';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import type { RetentionResult } from '../../../schemas/workflows/apply-retention.ts';
import { simulate } from '../../../simulator/index.ts';
import { EXAMPLE } from '../../oracle/log.ts';
import { oracle } from '../../oracle/oracle.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { readWindows, windowDifferences } from '../../support/expectations/tables.ts';
import { applyCounts } from '../../support/projects/counts-set.ts';
import { produce, readLog } from '../../support/projects/log.ts';
import { type Project, type ProjectOverrides, withProject } from '../../support/projects/project.ts';
import { readParquetFile, withFolder } from '../../support/projects/training-set.ts';

const PARTS = 6;
const users = 60;
const events = [...simulate({ seed: 21, until: '2026-03-01T00:00:00Z', days: 4, users })];

/** The events are months old, so retention removes everything that nothing holds. */
const overrides: ProjectOverrides = {
  source: {
    topicPartitions: 3,
    retention: { raw: '2 hours', deadLetters: '0 days', lateEvents: '2 hours', ledger: '0 days' },
  },
};

test('retention beside a running stream changes no row and no row version that a training set was built from', async () => {
  await withStream(async (project, folder) => {
    const { kafka, pool, source } = project;
    const removed = new Map<Retained, number>();
    const retain = async (): Promise<RetentionResult> => {
      const result = await project.asof.retention.run();
      for (const { retained, removed: rows } of result.removals)
        removed.set(retained, (removed.get(retained) ?? 0) + rows);
      return result;
    };
    const out = join(folder, 'rows.parquet');
    const build = () => project.asof.trainingSet('counts').build({ spine: join(folder, 'spine.csv'), out });

    await produce(kafka, source, part(0));
    let built: Awaited<ReturnType<typeof build>> | undefined;
    for (let index = 1; index < PARTS; index += 1) {
      await Promise.all([
        produce(kafka, source, part(index)),
        retain().then(retain),
        index === 2 && build().then((receipt) => (built = receipt)),
      ]);
    }
    await allCommitted(project);
    const { removals } = await retain();

    expect(await ledgerViolations(pool, (await loadRegistry(pool)).source(source))).toEqual([]);
    const expected = oracle(await readLog(kafka, source), EXAMPLE);
    expect(windowDifferences(await readWindows(pool), expected).slice(0, 5)).toEqual([]);
    const { rows } = await readParquetFile(out);
    expect(rows.map(([user, at, , count]) => [user, at, count])).toEqual(
      await countsAsKnownAt(project, built!.knowledge.sequence),
    );
    expect(removals.find(({ retained }) => retained === 'history')?.held?.why).toContain(built!.id);
    for (const retained of RETAINED) expect([retained, removed.get(retained)! > 0]).toEqual([retained, true]);
  });
});

function part(index: number) {
  return events
    .slice((index * events.length) / PARTS, ((index + 1) * events.length) / PARTS)
    .map(({ value }, at) => ({ value, partition: at % 3 }));
}

async function withStream(work: (project: Project, folder: string) => Promise<void>): Promise<void> {
  await withProject(overrides, (project) =>
    withFolder((folder) =>
      project.withWorkers(1, () =>
        project.withTemporal(async (temporal) => {
          await applyCounts(project, { tiles: '0 days', history: '0 days' });
          await writeFile(join(folder, 'spine.csv'), `user_id,at,label\n${spine().join('\n')}\n`);
          const { source } = project;
          const stream = await temporal.client.workflow.start('streamFeatures', {
            workflowId: streamWorkflowId(source),
            taskQueue: temporal.taskQueue,
            args: [{ source, from: 'earliest', trigger: '0 seconds', maxRecords: 40 }],
          });
          await work(project, folder);
          await stream.signal('drain');
          await stream.result();
        }),
      ),
    ),
  );
}

/** The lines of the spine: every user at noon of each day. */
function spine(): string[] {
  return Array.from({ length: users }, (_, user) =>
    [25, 26, 27, 28].map((day) => `u_${user},2026-02-${day}T12:00:00Z,1`),
  ).flat();
}

/** The counts for the spine's rows, from the row versions that were current at `sequence`. */
async function countsAsKnownAt({ pool }: Project, sequence: string): Promise<unknown[][]> {
  const { rows } = await pool.query<{ user: string; at: string; count: string }>(
    `WITH version AS (
       SELECT user_id, feature_ts, event_count_1h, written.sequence AS since, 'infinity'::float8 AS until
       FROM features.user_activity_features JOIN asof.writes AS written USING (write_id)
       UNION ALL
       SELECT user_id, feature_ts, event_count_1h, written.sequence, superseding.sequence
       FROM history.user_activity_features AS old
       JOIN asof.writes AS written ON written.write_id = old.write_id
       JOIN asof.writes AS superseding ON superseding.write_id = old.superseded_by
     )
     SELECT split_part(line, ',', 1) AS user, (extract(epoch FROM at) * 1000000)::bigint AS at,
            coalesce(found.event_count_1h, 0)::bigint AS count
     FROM unnest($1::text[]) WITH ORDINALITY AS spine (line, line_number)
     CROSS JOIN LATERAL (SELECT split_part(line, ',', 2)::timestamptz AS at) AS moment
     LEFT JOIN LATERAL (
       SELECT event_count_1h FROM version
       WHERE user_id = split_part(line, ',', 1) AND feature_ts <= at AND since <= $2 AND until > $2
       ORDER BY feature_ts DESC LIMIT 1
     ) AS found ON true
     ORDER BY line_number`,
    [spine(), sequence],
  );
  return rows.map(({ user, at, count }) => [user, BigInt(at), BigInt(count)]);
}

/** Waits until everything that the topic holds is committed. */
async function allCommitted({ pool, kafka, source }: Project): Promise<void> {
  const heads = await partitionOffsets(kafka, source);
  const head = heads.reduce((sum, { high }) => sum + Number(high), 0);
  await eventually('the head', async () => {
    const { rows } = await pool.query<{ records: number }>(
      'SELECT sum(to_offset - from_offset)::int AS records FROM asof.offset_ledger',
    );
    return rows[0]!.records === head;
  });
}
