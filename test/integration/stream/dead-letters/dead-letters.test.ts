import { expect, test } from 'vitest';
import type { ReplayResult } from '../../../../client/index.ts';
import { simulate } from '../../../../simulator/index.ts';
import { EXAMPLE } from '../../../oracle/log.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { readLate, readWindows } from '../../../support/expectations/tables.ts';
import { commitEvents, createProjectCursors } from '../../../support/projects/commit.ts';
import { withExtra } from '../../../support/projects/extra-field.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { runAsof } from '../../../support/servers/asof.ts';

test('dead letters that are replayed beside a running stream give the rows of the oracle, by the watermark of their place', async () => {
  await withProject({ source: { topicPartitions: 2 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka } = project;
      const stream = project.asof.stream(source);
      const toHead = () => stream.readToHead({ from: 'earliest' });
      await withExtra(project, 'double');
      await produce(kafka, source, marked(3, 'first'));
      await toHead();
      const before = (await stream.deadLetters.list()).reasons;
      const wrongTypes = before.find(({ reason }) => reason === 'wrong_type')!.count;
      expect(wrongTypes).toBeGreaterThan(50);

      await withExtra(project, null);
      await produce(kafka, source, marked(4, 'second'));
      const [, ...replays] = await Promise.all([
        toHead(),
        stream.deadLetters.replay({ reason: 'wrong_type' }),
        stream.deadLetters.replay(),
      ]);
      const replayed = replays.reduce((total, result: ReplayResult) => total + result.replayed, 0);
      expect(replayed).toBeGreaterThan(50);
      const { late, deadLetters } = await expectOracle(project, {
        ...EXAMPLE,
        rejectsUnfit: true,
        wasReplayed,
      });
      expect(late.length).toBeGreaterThan(0);
      expect(deadLetters.length).toBeGreaterThan(0);

      expect(await stream.deadLetters.replay()).toMatchObject({ replayed: 0, rows: 0, late: 0 });
      await expectOracle(project, { ...EXAMPLE, rejectsUnfit: true, wasReplayed });
    }),
  );
});

test('a replayed dead letter meets the watermark of its place, not that of the time of the replay', async () => {
  await withDeadLetters(async (project) => {
    const { pool, source } = project;
    expect(await project.asof.stream(source).deadLetters.replay()).toEqual({
      source,
      replayed: 3,
      skipped: 0,
      remaining: 1,
      late: 1,
      rows: 8,
      reasons: [{ reason: 'missing_field', count: 1 }],
    });
    const { rows } = await pool.query<{ offset: string; watermark: string | null }>(
      `SELECT kafka_offset AS offset, to_char(watermark, 'HH24:MI') AS watermark
       FROM events."${source.replaceAll('-', '_')}" ORDER BY kafka_offset`,
    );
    expect(rows.map(({ offset, watermark }) => `${offset} ${watermark ?? '-'}`)).toEqual([
      '0 -',
      '1 -',
      '2 10:00',
      '3 11:50',
      '4 11:50',
      '5 12:10',
    ]);
    const missed = ['10:30', '11:15'].map((end) => Date.parse(`2026-03-01T${end}Z`) * 1000);
    expect(await readLate(pool)).toEqual([`0/3/0 ${missed.join()}`]);
    const counts = [...(await readWindows(pool)).values()]
      .sort((a, b) => Number(a.window_end - b.window_end))
      .map(({ event_count_1h }) => event_count_1h);
    expect(counts).toEqual([2, 2, 2, 2, 2, 3, 3, 3, 1]);
    expect((await project.asof.stream(source).check()).violations.map(({ kind }) => kind)).toEqual([
      'beyond_head', // the test's records were never in Kafka
    ]);
  });
});

test('the command lists dead letters by reason, replays those of one reason, and says how many remain', async () => {
  await withDeadLetters(async ({ source, environment }) => {
    const list = await runAsof(['dead-letters', 'list', source, '--limit', '1'], environment);
    expect(list.stdout, list.stderr).toMatch(/^reason +count\nwrong_type +3\nmissing_field +1\n\n/);
    expect(list.stdout).toMatch(
      /2026-03-01T12:30:00.000000Z {2}partition 0, offset 6 {2}missing_field: .*user_id is missing\. .*replay\n {2}\{"event_ts":"never","extra":"x"\}\n$/,
    );
    const ofOne = await runAsof(
      ['dead-letters', 'list', source, '--reason', 'wrong_type', '--json'],
      environment,
    );
    expect(JSON.parse(ofOne.stdout)).toMatchObject({
      deadLetters: [{ offset: '5' }, { offset: '3' }, { offset: '0', reason: 'wrong_type' }],
    });
    const replay = await runAsof(
      ['dead-letters', 'replay', source, '--reason', 'wrong_type', '--json'],
      environment,
    );
    expect(JSON.parse(replay.stdout), replay.stderr).toMatchObject({ replayed: 3, remaining: 0 });
    const again = await runAsof(['dead-letters', 'replay', source], environment);
    expect(again.stdout).toMatch(
      /missing_field {2}1\nnothing changed: by the current definition .*\n0 dead letters of .* are events now.*; 1 stay\n$/,
    );
    const typo = await runAsof(['dead-letters', 'replay', source, '--reason', 'missing-field'], environment);
    expect(typo.stdout).toMatch(/nothing changed: there are no dead letters of reason 'missing-field'/);
    const unknown = await runAsof(['dead-letters', 'list', 'nobody'], environment);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toMatch(/no event source 'nobody'/);
  });
});

function wasReplayed({ value }: { value: Uint8Array | null }): boolean {
  return value !== null && Buffer.from(value).includes('"extra":"first"');
}

function at(time: string, rest: object = {}) {
  return {
    user_id: 'a',
    event_ts: `2026-03-01T${time}:00Z`,
    ...rest,
  };
}

/**
 * Runs a test on one partition with dead letters before the first event, between events, and after the last.
 */
async function withDeadLetters(test: (project: Project) => Promise<void>): Promise<void> {
  await withProject({ source: { topicPartitions: 1 } }, async (project) => {
    await withExtra(project, 'double');
    await createProjectCursors(project, 1);
    await commitEvents(project, 0, 0, [at('10:05', { extra: 'x' }), at('10:10'), at('12:00')]);
    await commitEvents(project, 0, 3, [
      at('10:20', { extra: 'x' }),
      at('12:20'),
      at('12:10', { extra: 'x' }),
    ]);
    await commitEvents(project, 0, 6, [{ event_ts: 'never', extra: 'x' }]);
    await withExtra(project, null);
    await test(project);
  });
}

/** Simulated events on two partitions; every seventh has the text `mark` in the field `extra`. */
function marked(seed: number, mark: string) {
  const events = [...simulate({ seed, until: '2026-03-01T00:00:00Z', days: 2, users: 60 })];
  return events.map(({ value }, index) => ({
    partition: index % 2,
    value: index % 7 === 3 && value.endsWith('}') ? value.replace(/\}$/, `,"extra":"${mark}"}`) : value,
  }));
}
