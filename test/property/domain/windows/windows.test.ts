import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floorTo } from '../../../../domain/time/instant.ts';
import { firstWindowEnd, lastWindowEnd, windowEnds } from '../../../../domain/windows/window.ts';
import { EXAMPLE } from '../../../oracle/log.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { runAtOnce } from '../../support/batching.ts';
import { ACTIVITY, engineFor } from '../../support/engine.ts';
import { forAll } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';

/** Moments near the epoch, near multiples of the slide, and anywhere in Postgres's range of times. */
const moments = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc
    .tuple(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt({ min: -1n, max: 1n }))
    .map(([n, off]) => n * EXAMPLE.slide + off),
  fc.bigInt({ min: -210_866_803_200_000_000n, max: 9_224_318_015_999_999_999n }),
);

const specs = fc
  .record({
    slide: fc.oneof(fc.constant(EXAMPLE.slide), fc.bigInt({ min: 1n, max: 10n ** 12n })),
    slides: fc.bigInt({ min: 1n, max: 96n }),
  })
  .chain(({ slide, slides }) =>
    fc.record({
      slide: fc.constant(slide),
      length: fc.constant(slide * slides),
      offset: fc.oneof(fc.constant(undefined), fc.bigInt({ min: 1n - slide, max: slide - 1n })),
    }),
  );

test('floorTo gives the greatest multiple that is not above a moment, also before 1970', () => {
  forAll(fc.record({ moment: moments, spec: specs }), ({ moment, spec: { slide } }) => {
    const floor = floorTo(moment, slide);
    expect(floor % slide).toBe(0n);
    expect(floor <= moment && moment < floor + slide).toBe(true);
  });
});

test("a moment's windows are exactly the aligned [end − length, end) that contain it", () => {
  forAll(fc.record({ moment: moments, spec: specs }), ({ moment, spec }) => {
    const ends = windowEnds(spec, firstWindowEnd(spec, moment), lastWindowEnd(spec, moment));
    const holds = (end: bigint) => end - spec.length <= moment && moment < end;
    expect(ends).toHaveLength(Number(spec.length / spec.slide));
    expect(ends.every((end) => (end - (spec.offset ?? 0n)) % spec.slide === 0n && holds(end))).toBe(true);
    expect([ends[0]! - spec.slide, ends.at(-1)! + spec.slide].some(holds)).toBe(false);
  });
});

test('an event of the example belongs to four windows', () => {
  forAll(moments, (moment) => {
    expect(windowEnds(EXAMPLE, firstWindowEnd(EXAMPLE, moment), lastWindowEnd(EXAMPLE, moment))).toHaveLength(
      4,
    );
  });
});

test("the rows of a stream equal the oracle's", () => {
  forAll(streams(), (stream) => {
    const { rows } = runAtOnce(stream, engineFor(stream)).tables.get(ACTIVITY)!;
    expect(rows).toEqual(oracle(stream.records, stream.options).windows);
  });
});
