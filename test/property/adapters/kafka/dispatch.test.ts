import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dispatch } from '../../../../adapters/kafka/dispatch.ts';
import { type Fetched, type ReadRange, Reading } from '../../../../adapters/kafka/reading.ts';
import { numRuns } from '../../support/for-all.ts';

const HEAD = 40;
const STEPS = 60;

/** What happens next, around one partition. Numbers are taken modulo what is possible. */
type Step =
  | { readonly kind: 'fetch'; readonly size: number; readonly cut: number }
  | { readonly kind: 'arrive' | 'handle' | 'end' | 'rejoin' }
  | { readonly kind: 'read'; readonly from: number; readonly length: number; readonly maxRecords: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('fetch' as const), size: fc.nat(9), cut: fc.nat(12) }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'arrive' as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'handle' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      from: fc.nat(HEAD - 1),
      length: fc.integer({ min: 1, max: 12 }),
      maxRecords: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'end' as const }, { kind: 'rejoin' as const }) },
);

/** The offsets that hold a record. Long stretches without one make fetches without one. */
const log = fc
  .array(fc.record({ absent: fc.nat(8), present: fc.integer({ min: 1, max: 4 }) }), { minLength: 1 })
  .map((stretches) => {
    const offsets = stretches.flatMap(({ absent, present }) => [
      ...Array<boolean>(absent).fill(false),
      ...Array<boolean>(present).fill(true),
    ]);
    return Array.from({ length: HEAD }, (_, offset) => offset).filter((offset) => offsets[offset] ?? false);
  });

test('each read has exactly the records of its offsets, whatever was fetched before the seeks', async () => {
  let ended = 0;
  const property = fc.asyncProperty(
    log,
    fc.array(step, { minLength: STEPS, maxLength: STEPS }),
    async (present, steps) => {
      const consumer = new ModelConsumer(present);
      for (const one of steps) await consumer.take(one);
      await consumer.drain();
      ended += consumer.ended;
    },
  );
  await fc.assert(property, { seed: Number(process.env.ASOF_PROPERTY_SEED ?? 2026), numRuns });
  expect(ended).toBeGreaterThan(numRuns);
});

/**
 * The consumer of kafkajs, for one partition. It has one fetch under way at a time: on its way until it
 * arrives, then waiting until it is handled. A seek holds from the next fetch on, and drops the fetch that is
 * on its way, not the one that is waiting.
 */
class ModelConsumer {
  readonly #present: readonly number[];
  readonly #dispatch: Dispatch;
  #next = 0;
  #seek: number | undefined;
  #isPaused = true;
  #underWay: Fetched | undefined;
  #waiting: Fetched | undefined;
  #consumerNext = 0;
  #read: { readonly reading: Reading; readonly range: ReadRange } | undefined;
  ended = 0;

  constructor(present: readonly number[]) {
    this.#present = present;
    this.#dispatch = new Dispatch({
      seek: (_, offset) => (this.#seek = Number(offset)),
      resume: () => (this.#isPaused = false),
      pause: () => (this.#isPaused = true),
    });
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'fetch':
        return this.#fetch(step.size, step.cut);
      case 'arrive':
        return this.#arrive();
      case 'handle':
        return this.#handle();
      case 'read':
        return this.#begin(step);
      case 'end':
        return this.#end();
      case 'rejoin':
        this.#next = 0;
        this.#isPaused = true;
        return this.#dispatch.reset();
    }
  }

  /** Lets the running read come to its end. */
  async drain(): Promise<void> {
    for (let round = 0; round < HEAD * 3 && this.#read; round += 1) {
      this.#handle();
      this.#fetch(5, 99);
      this.#arrive();
      this.#handle();
      if (!this.#read.reading.wants(0)) await this.#end();
    }
    expect(this.#read, 'the read hangs').toBeUndefined();
  }

  /** @param cut how much of the fetch is handed over, as with many unreadable records. */
  #fetch(size: number, cut: number): void {
    if (this.#isPaused || this.#underWay || this.#waiting) return;
    if (this.#seek !== undefined) this.#next = this.#seek;
    this.#seek = undefined;
    if (this.#next >= HEAD) return;
    this.#consumerNext = Math.min(HEAD, this.#next + 1 + size);
    const next = Math.min(this.#consumerNext, this.#next + 1 + cut);
    this.#underWay = { ...this.#offsets(this.#next, next), next: BigInt(next) };
  }

  #arrive(): void {
    if (!this.#isPaused && this.#seek === undefined) this.#waiting ??= this.#underWay;
    this.#underWay = undefined;
  }

  #handle(): void {
    if (!this.#waiting) return;
    const fetched = this.#waiting;
    this.#waiting = undefined;
    this.#dispatch.receive(fetched, BigInt(this.#consumerNext));
    this.#next = this.#consumerNext;
  }

  async #begin({ from, length, maxRecords }: Extract<Step, { kind: 'read' }>): Promise<void> {
    await this.#end();
    const range = { partition: 0, from: BigInt(from), to: BigInt(Math.min(HEAD, from + length)) };
    const reading = new Reading([range], { maxRecords, maxBytes: 1_000 });
    this.#read = { reading, range };
    this.#dispatch.begin(reading, range);
  }

  /** Ends the read, and compares what it read with the log. */
  async #end(): Promise<void> {
    if (!this.#read) return;
    const { reading, range } = this.#read;
    this.#read = undefined;
    reading.finish();
    this.#dispatch.end(reading, [range]);
    const { records, ranges } = await reading.result;
    const [{ from, to }] = ranges as [ReadRange & { to: bigint }];
    const expected = this.#offsets(Number(from), Number(to)).records;
    expect(records.map(({ offset }) => offset)).toEqual(expected.map(({ offset }) => offset));
    if (to > from) this.ended += 1;
  }

  #offsets(from: number, to: number): Omit<Fetched, 'next'> {
    const offsets = this.#present.filter((offset) => offset >= from && offset < to);
    const record = { partition: 0, kafkaTs: 0n, key: null, value: null };
    return {
      partition: 0,
      from: BigInt(from),
      records: offsets.map((offset) => ({ ...record, offset: BigInt(offset) })),
    };
  }
}
