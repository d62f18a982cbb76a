import { expect, test } from 'vitest';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const EVENTS = 100;
const FIT = 60;

test('a micro-batch that takes longer than it may is tried again with less, and the reason is told', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka, pool, asof } = project;
      await produce(kafka, source, events());
      await cancelLargeWrites(project);
      const failures = new Set<string>();
      await asof.stream(source).readToHead({
        from: 'earliest',
        onProgress: (reading) => reading.failures.forEach((failure) => failures.add(failure)),
      });
      await expectOracle(project);
      const { rows } = await pool.query<{ raw: number }>(
        'SELECT raw::int FROM asof.offset_ledger ORDER BY from_offset',
      );
      expect(rows.map(({ raw }) => raw)).toEqual([EVENTS / 2, EVENTS / 2]);
      expect([...failures].join('\n')).toMatch(
        /the offline store failed: .* \(SQLSTATE 57014\)\. .*statement_timeout/,
      );
    }),
  );
});

function events() {
  return Array.from({ length: EVENTS }, (_, second) => ({
    partition: 0,
    value: JSON.stringify({
      user_id: `u_${second % 7}`,
      event_ts: new Date(Date.UTC(2026, 2, 1) + second * 1_000).toISOString(),
    }),
  }));
}

/** Cancels a transaction that inserts more than {@link FIT} events, as a limit on its time would. */
async function cancelLargeWrites({ pool, source }: Project): Promise<void> {
  await pool.query(`
    CREATE FUNCTION cancel_large_writes() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE inserted int := coalesce(nullif(current_setting('test.inserted', true), '')::int, 0) + 1;
    BEGIN
      IF inserted > ${FIT} THEN
        RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = 'query_canceled';
      END IF;
      PERFORM set_config('test.inserted', inserted::text, true);
      RETURN NEW;
    END $$;
    CREATE TRIGGER cancel_large_writes BEFORE INSERT ON events."${source.replaceAll('-', '_')}"
      FOR EACH ROW EXECUTE FUNCTION cancel_large_writes()`);
}
