import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { NO_COUNTS } from '../../../../domain/stream/stream-counts.ts';
import { type WorkflowType, requireArguments } from '../../../../schemas/workflows/inputs.ts';
import { INPUTS, wrongInputs } from '../../../support/expectations/wrong-inputs.ts';
import { forAll } from '../../support/for-all.ts';

const TIME = '2026-03-01T00:00:00Z';
const FAILED = { count: 1, at: TIME, code: 'ASOF_BELOW_RETENTION', message: 'gone' };

/** What runs of each type hand on, with every field. */
const HANDED_ON: readonly (readonly [type: WorkflowType, continuation: Record<string, unknown>])[] = [
  [
    'backfillFeatures',
    {
      settings: {
        table: 't',
        source: 's',
        from: null,
        to: TIME,
        late: 'merge',
        maxEvents: 9,
        kept: 1,
        lost: 0,
      },
      counts: { chunks: 1, filled: 2, merged: 3, rows: 4 },
      filled: true,
      reached: TIME,
    },
  ],
  [
    'computeBatchFeatures',
    {
      start: { startedFor: TIME, now: TIME, scheduled: true },
      settings: {
        table: 't',
        source: 's',
        topic: 's',
        times: [TIME],
        again: false,
        range: { from: TIME, to: TIME },
        settledAfterMs: 5,
        schedule: { more: true, lost: FAILED },
      },
      totals: { computed: 1, skipped: 0, rows: 1, changed: 1, failed: FAILED },
      wait: { source: 's', topic: 's', at: TIME, behind: [{ partition: 0, next: '1', head: '2' }] },
    },
  ],
  [
    'refreshOnlineTable',
    {
      syncs: 1,
      keys: 1,
      rows: 1,
      last: { published: true, sync: 1, sequence: '5', publishedAt: TIME, keys: 1, rows: 1 },
      paused: false,
      draining: false,
    },
  ],
  [
    'streamFeatures',
    {
      totals: { ...NO_COUNTS, records: 5, invalidFields: { amount: 2 } },
      triggers: 2,
      newestRecordAt: TIME,
      paused: false,
      draining: true,
    },
  ],
];

test('an input of the wrong shape is refused by the name of its field', () => {
  forAll(wrongInputs, ({ type, input, field }) => {
    const { message } = refusal(type, [input], false);
    expect(message).toContain(`the input of ${type} is not valid`);
    expect(message).toContain(field);
  });
});

test('an input of the right shape is taken, and nothing beside it', () => {
  for (const { type, input } of INPUTS) {
    requireArguments(type, [input], false);
    requireArguments(type, [input], true);
    for (const others of [[{}], [null], [undefined, 1]])
      expect(refusal(type, [input, ...others], false).message).toContain(`${type} takes one argument`);
  }
});

test('what a run hands on is taken by the next run alone, and only whole', () => {
  const broken = fc.constantFrom(...HANDED_ON).chain(([type, continuation]) =>
    fc
      .tuple(
        fc.constantFrom(...Object.keys(continuation)),
        fc.oneof(fc.constant(undefined), fc.constant('wrong'), fc.constant([[]]), fc.constant(null)),
      )
      .filter(([field, wrong]) => !isFine(continuation[field], wrong))
      .map(([field, wrong]) => ({ type, field, continuation: { ...continuation, [field]: wrong } })),
  );
  for (const [type, continuation] of HANDED_ON) {
    const input = inputOf(type);
    requireArguments(type, [input, continuation], true);
    requireArguments(type, [input, { ...continuation, ofANewerWorker: 1 }], true);
    expect(refusal(type, [input, continuation], false).message).toContain('takes one argument');
    expect(refusal(type, [input, continuation, 1], true).message).toContain('leave the others out');
  }
  forAll(broken, ({ type, field, continuation }) => {
    const { message } = refusal(type, [inputOf(type), continuation], true);
    expect(message).toContain(`what a run of ${type} handed on is not valid`);
    expect(message).toContain(field);
  });
});

/** Whether a value may stand for another: a text or nothing for a text. */
function isFine(right: unknown, wrong: unknown): boolean {
  if (wrong === null) return typeof right === 'string' || (typeof right === 'object' && right !== null);
  return typeof right === 'string' && wrong === 'wrong';
}

function inputOf(type: WorkflowType): unknown {
  return INPUTS.find((example) => example.type === type)!.input;
}

function refusal(type: WorkflowType, given: readonly unknown[], isContinued: boolean): AsofError {
  try {
    requireArguments(type, given, isContinued);
  } catch (error) {
    expect(error).toBeInstanceOf(AsofError);
    expect(error).toMatchObject({ code: 'ASOF_INPUT_INVALID', kind: 'input' });
    return error as AsofError;
  }
  throw new Error(`${type} takes ${JSON.stringify(given)}`);
}
