import { expect, test } from 'vitest';
import { randomFor } from '../../../../simulator/random.ts';
import { everyLength } from '../../../property/support/every-aggregate.ts';
import { commitEvents, createProjectCursors } from '../../../support/projects/commit.ts';
import { withProject } from '../../../support/projects/project.ts';

test('the longest keys fit into every index, whatever their characters', async () => {
  await withProject({ source: { topicPartitions: 1 }, tables: [everyLength] }, async (project) => {
    await createProjectCursors(project, 1);
    const users = longestKeys();
    const at = (time: string) =>
      users.map((user_id) => ({
        user_id,
        event_type: 'purchase',
        revenue: 1,
        event_ts: `2026-03-01T${time}:00Z`,
      }));
    for (const [commit, time] of ['10:00', '10:01', '12:00'].entries()) {
      await commitEvents(project, 0, commit * users.length, at(time));
    }
    const { rows } = await project.pool.query<{ letters: number; carries: number; events: number }>(`
      SELECT (SELECT count(*)::int FROM events.dead_letters) AS letters,
             (SELECT count(*)::int FROM asof.lifetime_carries) AS carries,
             (SELECT count(*)::int FROM features.user_activity_features WHERE event_count_1h = 2) AS events`);
    expect(rows[0]).toEqual({ letters: 0, carries: users.length, events: 4 * users.length });
  });
});

/** Keys of 1,024 bytes that do not compress, of characters that take one to four bytes in UTF-8 or six in JSON. */
function longestKeys(): string[] {
  const random = randomFor(11, 'keys');
  const filled = (characters: number, from: number, to: number): string =>
    String.fromCodePoint(...Array.from({ length: characters }, () => random.whole(from, to)));
  return [
    filled(1_024, 0x21, 0x7e),
    filled(1_024, 0x01, 0x1f),
    filled(512, 0x80, 0x7ff),
    `${filled(341, 0x800, 0xd7ff)}x`,
    filled(256, 0x1_0000, 0x10_fffd),
    '"\\'.repeat(512),
  ];
}
