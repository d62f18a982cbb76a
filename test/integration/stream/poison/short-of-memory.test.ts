import { expect, test } from 'vitest';
import { eventually } from '../../../support/expectations/eventually.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const EVENTS = 400;
/** By now, an attempt begins longer than this after the one before it failed. */
const LEAST_PAUSE_S = 1;

test('while the database is short of memory, whatever the record, an attempt blames one record, and not all that follow, and a replay blames none', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka, asof } = project;
      await produce(kafka, source, events());
      await beShortOfMemory(project, true);
      const reading = asof.stream(source).readToHead({ from: 'earliest' });
      await eventually('two records to be blamed', async () => (await unstorable(project)).length > 1);
      await beShortOfMemory(project, false);
      await reading;
      const [first, second, ...more] = await unstorable(project);
      expect(second!.at - first!.at).toBeGreaterThan(LEAST_PAUSE_S);
      const { deadLetters } = asof.stream(source);
      const all = 2 + more.length;
      await project.pool.query("UPDATE events.dead_letters SET reason = 'wrong_type', detail = 'as it was'");
      await beShortOfMemory(project, true);
      expect(await deadLetters.replay()).toMatchObject({ replayed: 0, remaining: all });
      await beShortOfMemory(project, false);
      const { rows } = await project.pool.query(
        'SELECT reason, detail, count(*)::int AS letters FROM events.dead_letters GROUP BY 1, 2',
      );
      expect(rows).toEqual([{ reason: 'wrong_type', detail: 'as it was', letters: all }]);
      expect(await deadLetters.replay()).toMatchObject({ replayed: all, remaining: 0 });
      expect((await asof.stream(source).check()).violations).toEqual([]);
    }),
  );
});

function events() {
  return Array.from({ length: EVENTS }, (_, index) => ({
    partition: 0,
    value: JSON.stringify({ user_id: `u_${index % 7}`, event_ts: '2026-03-01T10:00:00Z' }),
  }));
}

/** The records that were blamed, and when that was committed, in seconds. */
async function unstorable({ pool }: Project): Promise<{ at: number }[]> {
  const { rows } = await pool.query<{ at: number }>(
    `SELECT extract(epoch FROM known_at)::float8 AS at FROM events.dead_letters JOIN asof.writes USING (write_id)
     WHERE reason = 'unstorable' ORDER BY at`,
  );
  return rows;
}

/** Refuses every event as a server does whose lock table others have filled, or no longer. */
async function beShortOfMemory({ pool, source }: Project, isShort: boolean): Promise<void> {
  const table = `events."${source.replaceAll('-', '_')}"`;
  await pool.query(
    isShort
      ? `
    CREATE OR REPLACE FUNCTION be_short() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'out of shared memory' USING ERRCODE = 'out_of_memory';
    END $$;
    CREATE TRIGGER be_short BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION be_short()`
      : `DROP TRIGGER be_short ON ${table}`,
  );
}
