import { expect, test } from 'vitest';
import { ledgerViolations } from '../../../db/log/ledger-check.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { dropEmptyRawChunks } from '../../../db/retention/source.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import { commitEvents, createProjectCursors } from '../../support/projects/commit.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
const source = { topicPartitions: 1, retention: { raw: '1 day' } };

test('empty chunks of raw events and history are dropped, and made again for an old event', async () => {
  await withProject({ source, retention: { history: '0 days' } }, async (project) => {
    await createProjectCursors(project, 1);
    await commitEvents(project, 0, 0, [event('2026-01-05T10:00:00Z'), event('2026-02-05T10:00:00Z')]);
    await commitEvents(project, 0, 2, [event('2026-02-05T10:01:00Z'), event('2026-03-01T10:00:00Z')]);
    expect(await chunks(project)).toEqual({ raw: 3, history: 1 });
    await retain(project, '2026-02-20T00:00:00Z');
    expect(await chunks(project)).toEqual({ raw: 1, history: 1 });
    await retain(project);
    expect(await chunks(project)).toEqual({ raw: 0, history: 0 });

    await commitEvents(project, 0, 4, [event('2026-02-05T10:02:00Z'), event('2026-03-01T10:01:00Z')]);
    expect(await chunks(project)).toEqual({ raw: 2, history: 1 });
    expect(await violations(project)).toEqual([]);
  });
});

test('a chunk that a transaction reads stays, and the drop does not wait for it', async () => {
  await withProject({ source }, async (project) => {
    const { pool } = project;
    await createProjectCursors(project, 1);
    await commitEvents(project, 0, 0, [event('2026-01-05T10:00:00Z')]);
    const reader = await pool.connect();
    await reader.query('BEGIN');
    await reader.query(`SELECT FROM ${rawRelation(project)}`);
    await pool.query(`DELETE FROM ${rawRelation(project)}`);
    await dropAll(project);
    expect(await chunks(project)).toMatchObject({ raw: 1 });
    await reader.query('COMMIT');
    reader.release();
    await dropAll(project);
    expect(await chunks(project)).toMatchObject({ raw: 0 });
  });
});

test('an old event that is committed while chunks are dropped is not dropped with a chunk', async () => {
  await withProject({ source }, async (project) => {
    const { pool } = project;
    await createProjectCursors(project, 4);
    let dropping = true;
    const drops = (async () => {
      while (dropping) await dropAll(project);
    })();
    const rounds = 15;
    try {
      for (let offset = 0; offset < rounds; offset += 1) {
        await Promise.all(
          [0, 1, 2, 3].map((partition) =>
            commitEvents(project, partition, offset, [event('2026-01-05T10:00:00Z')]),
          ),
        );
        const { rowCount } = await pool.query(`DELETE FROM ${rawRelation(project)}`);
        expect(rowCount).toBe(4);
      }
    } finally {
      dropping = false;
      await drops;
    }
  });
});

function event(event_ts: string) {
  return { user_id: 'a', event_ts };
}

function rawRelation({ source: name }: Project): string {
  return `events."${name.replaceAll('-', '_')}"`;
}

async function dropAll({ pool, source: name }: Project): Promise<void> {
  await dropEmptyRawChunks(
    pool,
    (await loadRegistry(pool)).source(name),
    parseInstant('2026-03-01T00:00:00Z')!,
  );
}

async function retain(project: Project, at?: string): Promise<void> {
  await project.withWorkers(1, () => project.asof.retention.run({ at }));
}

async function chunks({ pool, source: name }: Project): Promise<{ raw: number; history: number }> {
  const { rows } = await pool.query<{ raw: number; history: number }>(
    `SELECT count(*) FILTER (WHERE hypertable_schema = 'events' AND hypertable_name = $1)::int AS raw,
            count(*) FILTER (WHERE hypertable_schema = 'history')::int AS history
     FROM timescaledb_information.chunks`,
    [name.replaceAll('-', '_')],
  );
  return rows[0]!;
}

async function violations({ pool, source: name }: Project): Promise<object[]> {
  return ledgerViolations(pool, (await loadRegistry(pool)).source(name));
}
