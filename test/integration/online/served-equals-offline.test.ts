import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Generation } from '../../../domain/online/generation.ts';
import { type Pointer, publicationAsOf } from '../../../domain/online/publication.ts';
import { visibleRow } from '../../../domain/online/visible-row.ts';
import { type Published, type RowVersion, served } from '../../oracle/served.ts';
import { ACTIVITY, at, syncAt, withOnlineProject, writeWindows } from '../../support/projects/online.ts';

const MINUTE = 60_000_000n;
const users = ['u_1', 'u_2', 'ü:\u0001"'];
const rule = { availableAfter: 0n, lookback: 24n * 60n * MINUTE };

const writes = fc.uniqueArray(
  fc.record({
    user: fc.constantFrom(...users),
    ahead: fc.integer({ min: -120, max: 4 }),
    events: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 5, selector: ({ user, ahead }) => `${user} ${ahead}` },
);
const rounds = fc.record({ writes, dies: fc.boolean(), minutes: fc.integer({ min: 1, max: 40 }) });

test('on the real servers, a lookup gives the visible row as it was published at that moment', async () => {
  await withOnlineProject(async (project) => {
    const versions: RowVersion[] = [];
    const published: Published[] = [];
    let now = at('00:00:00');
    let found = 0;
    const check = async (asOf: bigint): Promise<void> => {
      const keys = users.map((user) => ({ table: ACTIVITY, key: [user] }));
      const { pointers, generations } = await project.reader.read([ACTIVITY], keys);
      const pointer = pointers.get(ACTIVITY) as Pointer | undefined;
      const publication = pointer && publicationAsOf(pointer, asOf);
      users.forEach((user, index) => {
        const expected = served({ versions, published }, { key: user, asOf }, rule);
        const row = publication
          ? visibleRow(generations[index] as Generation[], publication, asOf, rule.lookback)
          : 'unpublished';
        if (typeof expected !== 'object') return expect(row).toEqual(expected);
        found += 1;
        expect(row).toMatchObject({ featureTs: expected.featureTs, values: expected.values });
      });
    };
    const cases = fc.sample(rounds, { seed: Number(process.env.ASOF_PROPERTY_SEED ?? 2026), numRuns: 60 });
    for (const [index, { writes, dies, minutes }] of cases.entries()) {
      now += BigInt(minutes) * MINUTE;
      const windows = writes.map(({ user, ahead, events }) => ({
        user,
        events,
        end: now - (now % (15n * MINUTE)) + BigInt(ahead) * 15n * MINUTE,
      }));
      await writeWindows(project, windows);
      for (const { user, end, events } of windows) {
        const values = [events, events * 1.5, 1, 1, 0, 'web', 0, 0];
        versions.push({ key: user, featureTs: end, sequence: index + 1, values });
      }
      if (dies) {
        const onProgress = (): void => {
          throw new Error('killed');
        };
        await expect(syncAt(project, now, { onProgress })).rejects.toThrow('killed');
      } else if ((await syncAt(project, now)).published) published.push({ sequence: index + 1, at: now });
      for (const later of [0n, 7n, 15n, 60n, 1_500n]) await check(now + later * MINUTE);
      const [before, last] = published.slice(-2);
      if (before && last) await check(last.at - 1n);
    }
    expect(found).toBeGreaterThan(300);
  });
});
