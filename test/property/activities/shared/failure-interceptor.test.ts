import { ApplicationFailure, DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { ActivityExecuteInput } from '@temporalio/worker';
import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { failureInterceptor } from '../../../../activities/shared/failure-interceptor.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { Redaction } from '../../../../domain/secrets/redaction.ts';
import { forAllSlow } from '../../support/for-all.ts';

const { Failure } = temporal.api.failure.v1;
/** What Temporal takes of a failure until the next attempt, and what ten workflows that wait for it may repeat. */
const MOST_BYTES = { retried: 4_096, final: 20_000 };

/** Stands at the end of a long row, so that only a message that repeats the whole row has it. */
const SECRET = 'the end of a row';

/** Characters of one to six bytes in UTF-8 or JSON, and halves of one. */
const units = fc.constantFrom('x', 'é', '語', '😀', '\ud83d', '\ude00', '\n', '\u0001', '"', '\\', '    at ');
const rows = fc.oneof(
  fc.tuple(units, fc.nat(9_000)).map(([unit, length]) => unit.repeat(length)),
  fc
    .tuple(units, fc.integer({ min: 10_000, max: 500_000 }))
    .map(([unit, length]) => unit.repeat(length) + SECRET),
);
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    fc.oneof(rows, fc.double(), fc.bigInt(), fc.constantFrom(null, undefined, true)),
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__'), rows), tie('value'), { maxKeys: 40 }),
  ),
})).value;
const errors = fc.letrec<{ error: Error }>((tie) => ({
  error: fc
    .record({
      kind: fc.constantFrom('library', 'input', 'unavailable', 'database', 'failure', 'of a long name'),
      text: rows,
      details: values,
      cause: fc.option(fc.oneof(tie('error'), rows), { depthSize: 'large', nil: undefined }),
    })
    .map((parts) => errorOf(parts)),
})).error;

test('whatever an activity throws, Temporal takes the failure, which keeps the beginning and no row', async () => {
  await forAllSlow(errors, 200, async (error) => {
    const failure = await failureOf(error);
    const isFinal = failure.applicationFailureInfo?.nonRetryable === true;
    expect(Failure.encode(failure).finish().length).toBeLessThan(
      isFinal ? MOST_BYTES.final : MOST_BYTES.retried,
    );
    expect(failure.stackTrace).toContain('    at ');
    const history = textsOf(failure);
    for (const text of history) expect(text.isWellFormed()).toBe(true);
    expect(history.join('\n')).not.toContain(SECRET);
    expect(failure.message).toContain(error.message.slice(0, 100).toWellFormed());
    if (error instanceof AsofError) expect(failure.applicationFailureInfo?.type).toBe(error.code);
  });
});

test('a failure that is short is whole', async () => {
  const cause = new TypeError('because of this', { cause: new Error('and of that') });
  const details = { of: ['the', { details: 1 }] };
  const failure = await failureOf(new AsofError('ASOF_CURSOR_MOVED', 'moved', { details, cause }));
  expect(failure).toMatchObject({
    message: 'moved',
    applicationFailureInfo: { type: 'ASOF_CURSOR_MOVED', nonRetryable: false },
    cause: { message: 'because of this', cause: { message: 'and of that' } },
  });
  expect(textsOf(failure)).toContain(JSON.stringify(details));
});

test('no failure has a secret, wherever the error holds it, and wherever a cut falls', async () => {
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
    const failure = await failureOf(error, new Redaction([secret]));
    const history = textsOf(failure).join('\n');
    expect(history).not.toContain('canary');
    if (error instanceof AsofError) expect(history).toContain(error.code);
  });
});

function errorOf({
  kind,
  text,
  details,
  cause,
}: Record<'kind' | 'text', string> & Record<'details' | 'cause', unknown>) {
  const options = { details: { text, details }, cause };
  if (kind === 'input') return new AsofError('ASOF_SPINE_INVALID', text, options);
  if (kind === 'unavailable') return new AsofError('ASOF_ONLINE_TABLE_UNPUBLISHED', text, options);
  if (kind === 'failure') return ApplicationFailure.create({ message: text, type: text, details: [details] });
  if (kind === 'database')
    return Object.assign(new pg.DatabaseError(text, 1, 'error'), { code: '22P02', hint: text, detail: text });
  const error = new TypeError(text, { cause });
  return kind === 'library' ? error : Object.assign(error, { name: text });
}

/** All texts of a failure, with those of its payloads. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** The failure of an activity that throws the error, as Temporal gets it. */
async function failureOf(
  error: Error,
  redaction = new Redaction(),
): Promise<temporal.api.failure.v1.IFailure> {
  const input = {} as ActivityExecuteInput;
  const thrown = await failureInterceptor(redaction).execute!(input, () => Promise.reject(error)).catch(
    (caught: unknown) => caught,
  );
  return new DefaultFailureConverter().errorToFailure(
    ApplicationFailure.fromError(thrown),
    defaultPayloadConverter,
  );
}
