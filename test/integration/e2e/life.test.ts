import { expect, test } from 'vitest';
import { planLife } from '../../support/life/life-plan.ts';
import { liveThrough } from '../../support/life/live-through.ts';

const seed = Number(process.env.ASOF_FAULT_SEED ?? 2026);
/** Counted from 1; the kinds of faults take turns from round to round. */
const round = Number(process.env.ASOF_FAULT_ROUND ?? 1);
const FAULTS = 4;

test('a project that faults strike all its life makes and serves what the oracle computes, and leaves nothing behind', async () => {
  const plan = planLife(seed, round, FAULTS);
  const { struck, found } = await liveThrough(plan, say);
  expect(found).toEqual([]);
  expect(struck).toHaveLength(FAULTS);
}, 300_000);

test('a batch that records its run without its rows is found', async () => {
  const { found } = await liveThrough({ ...planLife(seed, 1, 0), bug: 'batch-without-rows' }, say);
  expect(found[0]).toMatch(/^batch: batch of .*: expected .*\n +got /);
}, 300_000);

function say(line: string): void {
  process.stderr.write(`life, seed ${seed}: ${line}\n`);
}
