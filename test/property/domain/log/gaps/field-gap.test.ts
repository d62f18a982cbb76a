import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FieldGap, nextStretches, spansWithout } from '../../../../../domain/log/gaps/field-gap.ts';
import { forAll, numRuns } from '../../../support/for-all.ts';

const offset = fc.integer({ min: 0, max: 12 });

const gap = fc
  .record({
    field: fc.constantFrom('device_id', 'country', 'store'),
    partition: fc.constantFrom(0, 1),
    from: offset,
    length: fc.integer({ min: 1, max: 8 }),
    done: fc.integer({ min: 0, max: 8 }),
    writes: fc.constantFrom(['0', '7'], ['7', '9']),
  })
  .map(({ field, partition, from, length, done, writes: [fromWrite, toWrite] }) => ({
    field,
    partition,
    from: BigInt(from),
    to: BigInt(from + length),
    next: BigInt(from + Math.min(done, length)),
    fromWrite: fromWrite,
    toWrite: toWrite,
  }));
const gaps = fc.array(gap, { maxLength: 6 }).map((some) => some.map((one, id) => ({ ...one, id: `${id}` })));

test('stretch by stretch, however each is cut, every offset of every gap is filled once, in order', () => {
  let shared = 0;
  forAll(
    fc.record({ gaps, cuts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }) }),
    ({ gaps, cuts }) => {
      const filled: string[] = [];
      let left: FieldGap[] = gaps;
      for (let round = nextStretches(left); round.length > 0; round = nextStretches(left)) {
        for (const { partition, from, to, gaps: together } of round) {
          const cut = from + BigInt(cuts[filled.length % cuts.length]!);
          const reached = cut < to ? cut : to;
          expect(new Set(together.map(({ fromWrite }) => fromWrite)).size).toBe(1);
          expect(together.every((one) => one.partition === partition)).toBe(true);
          if (together.length > 1) shared += 1;
          const ids = new Set(together.map(({ id }) => id));
          for (const id of ids) for (let at = from; at < reached; at += 1n) filled.push(`${id} ${at}`);
          left = left.map((one) => (ids.has(one.id) ? { ...one, next: reached } : one));
        }
      }
      expect(filled.sort()).toEqual(gaps.flatMap(offsetsOf).sort());
    },
  );
  expect(shared).toBeGreaterThan(numRuns / 20);
});

test('gaps of the same writes that meet go on together, so that no record is read for each field', () => {
  forAll(fc.record({ start: offset, one: offset, other: offset }), ({ start, one, other }) => {
    const [from, to] = [BigInt(start), BigInt(start + 20)];
    const alike = { partition: 0, from, to, fromWrite: '0', toWrite: '7' };
    let left: FieldGap[] = [
      { ...alike, id: 'a', field: 'device_id', next: from + BigInt(one) },
      { ...alike, id: 'b', field: 'country', next: from + BigInt(other) },
    ];
    let reads = 0n;
    for (let [stretch] = nextStretches(left); stretch; [stretch] = nextStretches(left)) {
      const ids = stretch.gaps.map(({ id }) => id);
      const { to: reached } = stretch;
      reads += reached - stretch.from;
      left = left.map((gap) => (ids.includes(gap.id) ? { ...gap, next: reached } : gap));
    }
    expect(reads).toBe(20n - BigInt(Math.min(one, other)));
  });
});

test('what is left of a span without some offsets is every other offset, in spans that do not touch', () => {
  forAll(
    fc.record({ from: offset, length: offset, taken: fc.array(fc.integer({ min: -3, max: 30 })) }),
    ({ from, length, taken }) => {
      const span = { from: BigInt(from), to: BigInt(from + length) };
      const spans = spansWithout(span, taken.map(BigInt));
      const all = Array.from({ length }, (_, index) => from + index);
      expect(spans.flatMap(rangeOf)).toEqual(all.filter((at) => !taken.includes(at)).map(BigInt));
      spans.slice(1).forEach((one, index) => expect(one.from > spans[index]!.to).toBe(true));
    },
  );
});

function offsetsOf({ id, next, to }: FieldGap): string[] {
  return rangeOf({ from: next, to }).map((at) => `${id} ${at}`);
}

function rangeOf({ from, to }: { readonly from: bigint; readonly to: bigint }): bigint[] {
  return Array.from({ length: Number(to - from) }, (_, index) => from + BigInt(index));
}
