import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { tileRanges } from '../../../../domain/windows/window-row.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { EXAMPLE } from '../../../oracle/log.ts';
import { forAll } from '../../support/for-all.ts';

const table = compileStreamTable(userActivityFeatures.definition, userEvents.definition);
const { length, slide } = EXAMPLE;

/**
 * Window ends of the example in ascending order, on both sides of 1970. Some windows overlap, some are apart.
 */
const windowEnds = fc
  .uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 10 })
  .map((numbers) => numbers.sort((a, b) => a - b).map((number) => BigInt(number) * slide));

test('as few tile ranges as possible cover exactly the tiles of the touched windows, each once', () => {
  forAll(windowEnds, (ends) => {
    const ranges = tileRanges(table, [{ key: ['a'], ends }]);
    const read = ranges.flatMap(({ from, to }) => tileStarts(from, to));
    const needed = new Set(ends.flatMap((end) => tileStarts(end - length, end)));
    expect(read).toEqual([...needed]);
    for (const [index, { from }] of ranges.slice(1).entries()) expect(from > ranges[index]!.to).toBe(true);
  });
});

function tileStarts(from: bigint, to: bigint): bigint[] {
  return Array.from({ length: Number((to - from) / slide) }, (_, index) => from + BigInt(index) * slide);
}
