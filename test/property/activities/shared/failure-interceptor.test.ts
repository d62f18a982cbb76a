import { ApplicationFailure, DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import type { ActivityExecuteInput } from '@temporalio/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureInterceptor } from '../../../../activities/shared/failure-interceptor.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { Redaction } from '../../../../domain/secrets/redaction.ts';
import { forAllSlow } from '../../support/for-all.ts';

/** Stands at the end of a row, so that only a message that repeats the whole row has it. */
const SECRET = 'the end of a row';
const MOST_BYTES = 40_000;

const rows = fc.integer({ min: 5_000, max: 2_000_000 }).map((length) => 'x'.repeat(length) + SECRET);
const errors = fc.letrec<{ error: Error }>((tie) => ({
  error: fc
    .tuple(
      fc.constantFrom('library', 'asof', 'thrown'),
      rows,
      fc.option(tie('error'), { depthSize: 'small', nil: undefined }),
    )
    .map(([kind, text, cause]) => {
      if (kind === 'library') return new TypeError(text, { cause });
      const details = { rows: Array.from({ length: 30 }, () => text), deep: { in: { it: { is: text } } } };
      if (kind === 'asof') return new AsofError('ASOF_SPINE_INVALID', text, { details, cause });
      return Object.assign(new Error(text), { name: 'error', cause: cause ?? text });
    }),
})).error;

test('whatever an activity throws, the failure in the history is short and repeats no row', async () => {
  const converter = new DefaultFailureConverter();
  await forAllSlow(errors, 50, async (error) => {
    const thrown = await failureOf(error);
    const failure = converter.errorToFailure(thrown, defaultPayloadConverter);
    const history = JSON.stringify(failure, asText);
    expect(history.length).toBeLessThan(MOST_BYTES);
    expect(history).not.toContain(SECRET);
    expect(failure.message).toContain(error.message.slice(0, 100));
    expect(failure.stackTrace).toContain('    at ');
  });
});

test('a failure has no text that UTF-8 cannot encode, wherever a cut falls', async () => {
  const converter = new DefaultFailureConverter();
  const texts = fc
    .tuple(fc.nat(600), fc.constantFrom('😀', '\ud83d', '\ude00'))
    .map(([length, unit]) => 'x'.repeat(length) + unit.repeat(3_000));
  await forAllSlow(texts, 50, async (text) => {
    for (const error of [new TypeError(text), new AsofError('ASOF_SPINE_INVALID', text, { cause: text })]) {
      const failure = converter.errorToFailure(await failureOf(error), defaultPayloadConverter);
      JSON.stringify(failure, (_key, value: unknown) => {
        if (typeof value === 'string') expect(value.isWellFormed()).toBe(true);
        return value;
      });
    }
  });
});

test('no failure has a secret, wherever the error holds it, and wherever a cut falls', async () => {
  const converter = new DefaultFailureConverter();
  const secret = 'canary-8c2b1f';
  const failing = fc
    .tuple(fc.constantFrom('library', 'asof', 'temporal'), fc.nat(5_000))
    .map(([kind, length]) => {
      const text = `${'x'.repeat(length)}redis://:${secret}@cache`;
      const cause = Object.assign(new Error(text), { args: ['auth', secret] });
      if (kind === 'library') return new TypeError(text, { cause });
      const details = { [secret]: { in: [secret, text] } };
      if (kind === 'temporal') return ApplicationFailure.create({ message: text, details: [details], cause });
      return new AsofError('ASOF_REDIS_UNAVAILABLE', text, { details, cause });
    });
  await forAllSlow(failing, 200, async (error) => {
    const thrown = await failureOf(error, new Redaction([secret]));
    const failure = converter.errorToFailure(thrown, defaultPayloadConverter);
    const history = JSON.stringify(failure, asText);
    expect(history).not.toContain('canary');
    if (error instanceof AsofError) expect(history).toContain(error.code);
  });
});

/** Bytes of a payload as their text. */
function asText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
}

async function failureOf(error: Error, redaction = new Redaction()): Promise<unknown> {
  const interceptor = failureInterceptor(redaction);
  const input = {} as ActivityExecuteInput;
  return interceptor.execute!(input, () => Promise.reject(error)).catch((thrown: unknown) => thrown);
}
