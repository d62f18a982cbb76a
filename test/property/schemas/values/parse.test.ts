import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { durationSchema } from '../../../../schemas/values/duration.ts';
import { instantSchema } from '../../../../schemas/values/instant.ts';
import { parseOrThrow } from '../../../../schemas/values/parse.ts';
import { forAll } from '../../support/for-all.ts';

const MOST_CHARACTERS = 50_000;
/** Stands at the end of each value and name, which are long. */
const MARK = 'the end of a value';

const long = fc.integer({ min: 1_000, max: 100_000 }).map((length) => 'x'.repeat(length) + MARK);
const schema = z.strictObject({
  at: instantSchema,
  every: durationSchema,
  list: z.array(z.object({ at: instantSchema })),
  named: z.record(z.string().max(50), z.number()),
});
const values = fc.record({
  at: long,
  every: long,
  list: fc.array(fc.record({ at: long }), { maxLength: 200 }),
  named: fc.dictionary(long, long),
  unknown: fc.constant(1),
});

test('the error for a value that is not valid is short, and repeats no text of it as a whole', () => {
  forAll(values, (value) => {
    const error = errorOf({ ...value, [`${value.at}!`]: 1 });
    expect(error.message.length).toBeLessThan(MOST_CHARACTERS);
    expect(error.message).not.toContain(MARK);
    expect(error.message).toContain('→ at every');
  });
});

function errorOf(value: unknown): AsofError {
  try {
    parseOrThrow(schema, value, 'ASOF_INPUT_INVALID', 'the input');
  } catch (error) {
    if (error instanceof AsofError) return error;
  }
  throw new Error('nothing was refused');
}
