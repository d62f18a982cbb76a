import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainChoice } from '../../../../../domain/training/explain/choice.ts';
import { type DatedVersion, timedVersion } from '../../../../../domain/training/explain/version-times.ts';
import { type TableStory, lookUpAs } from '../../../../oracle/training/ways.ts';
import type { Value } from '../../../../oracle/training-set.ts';
import { forAll } from '../../../support/for-all.ts';
import { moments, randomStories, versionsOf } from '../../../support/random-story.ts';

const WAYS = ['latest', 'as-known', 'as-served'] as const;
const HALF_HOUR = 1_800_000_000n;

const stories = randomStories(fc.constant(['k']), fc.tuple(fc.integer({ min: 0, max: 9 })));
const asked = fc.record({
  moment: fc.tuple(moments, fc.constantFrom(-1n, 0n, 0n, 1n)).map(([moment, more]) => moment + more),
  availableAfter: fc.constantFrom(0n, 1n, HALF_HOUR),
  lookback: fc.constantFrom(null, 1n, 2n * HALF_HOUR),
  /** How many of the writes count, and how many of the syncs that published them. */
  cut: fc.bigInt(0n, 14n),
  syncs: fc.nat(14),
});

test('in each way, the choice among the versions is what the naive look-up finds in what that way has seen', () => {
  forAll(fc.tuple(stories, asked), ([whole, { cut, syncs: most, ...rule }]) => {
    const syncs = whole.syncs.filter(({ sequence }) => sequence <= cut).slice(0, most);
    const story = { changes: whole.changes.filter(({ sequence }) => sequence <= cut), syncs };
    for (const way of WAYS) {
      const versions = datedVersions({ changes: whole.changes, syncs }).map((version) =>
        timedVersion(version, way, { ...rule, cut }),
      );
      const { chosen } = explainChoice(versions, { ...rule, cut });
      const at = { key: ['k'], moment: rule.moment };
      const expected = lookUpAs(way, story, { ...rule, defaults: [null] }, at);
      expect(chosen?.values ?? null, way).toEqual(expected.found ? expected.values : null);
    }
  });
});

type Version = DatedVersion & { readonly values: readonly Value[] };

/** The versions as the database has them: with all that was written, and the syncs that count. */
function datedVersions(story: TableStory): Version[] {
  const { changes, syncs } = story;
  return versionsOf(story).map(({ feature_ts: featureTs, sequence: written, superseded, ...change }) => {
    const sync = syncs.find(({ sequence }) => sequence >= written);
    const holds = sync !== undefined && (superseded === null || sync.sequence < superseded);
    return {
      featureTs,
      written,
      superseded,
      knownAt: change.knownAt,
      supersededAt: changes.find(({ sequence }) => sequence === superseded)?.knownAt ?? null,
      isFirst: !changes.some((other) => other.feature_ts === featureTs && other.sequence < written),
      isHistory: change.isHistory,
      earliestRecord: change.earliestRecord,
      published: holds ? { at: sync.publishedAt } : null,
      replacedAt:
        superseded === null
          ? null
          : (syncs.find(({ sequence }) => sequence >= superseded)?.publishedAt ?? null),
      values: change.values!,
    };
  });
}
