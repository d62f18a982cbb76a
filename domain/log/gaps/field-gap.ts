/** Offsets `[from, to)` of a partition. */
export interface OffsetSpan {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Offsets of a partition whose raw events lack a field, since they were read while the source had not declared
 * it. Its records are read again, in order.
 */
export interface FieldGap extends OffsetSpan {
  readonly id: string;
  readonly field: string;
  readonly partition: number;
  /** The records before it were read again. */
  readonly next: bigint;
  /** Only events of these writes lack the field, `[fromWrite, toWrite)`, as decimal texts. */
  readonly fromWrite: string;
  readonly toWrite: string;
}

/** Offsets of a partition to read again at once, for some gaps that end with it or go on after it. */
export interface Stretch extends OffsetSpan {
  readonly partition: number;
  /** Gaps of the same writes, all at the beginning of the stretch. */
  readonly gaps: readonly FieldGap[];
}

/**
 * The next stretch of a partition: the first offsets that a gap needs, for all gaps of the same writes that are
 * there too. It ends where one of these ends, or where another gap is, so that both go on together. Undefined if
 * all gaps are filled.
 */
function nextStretch(gaps: readonly FieldGap[]): Stretch | undefined {
  const open = gaps.filter(({ next, to }) => next < to);
  const from = least(open.map(({ next }) => next));
  if (from === undefined) return undefined;
  const first = open.find(({ next }) => next === from)!;
  const { partition, fromWrite, toWrite } = first;
  const isAlike = (gap: FieldGap): boolean => gap.fromWrite === fromWrite && gap.toWrite === toWrite;
  const filled = open.filter((gap) => gap.next === from && isAlike(gap));
  const others = open.filter((gap) => gap.next > from && isAlike(gap));
  const to = least([...filled.map((gap) => gap.to), ...others.map(({ next }) => next)])!;
  return { partition, from, to, gaps: filled };
}

/** The next stretch of each partition that has one, in the order of partitions. */
export function nextStretches(gaps: readonly FieldGap[]): Stretch[] {
  const partitions = [...new Set(gaps.map(({ partition }) => partition))].sort((a, b) => a - b);
  return partitions.flatMap(
    (partition) => nextStretch(gaps.filter((gap) => gap.partition === partition)) ?? [],
  );
}

/** The offsets of a span without some of them, as spans in order. */
export function spansWithout({ from, to }: OffsetSpan, taken: Iterable<bigint>): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let next = from;
  for (const offset of [...new Set(taken)].sort((a, b) => Number(a - b))) {
    if (offset < next || offset >= to) continue;
    if (offset > next) spans.push({ from: next, to: offset });
    next = offset + 1n;
  }
  return next < to ? [...spans, { from: next, to }] : spans;
}

function least(offsets: readonly bigint[]): bigint | undefined {
  return offsets.length === 0 ? undefined : offsets.reduce((a, b) => (a < b ? a : b));
}
