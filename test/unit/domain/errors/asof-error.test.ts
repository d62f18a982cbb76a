import { expect, test } from 'vitest';
import { AsofError, unavailable } from '../../../../domain/errors/asof-error.ts';

/**
 * Code that the compiler refuses. `tsc` fails if one of these lines is no longer an error. None of them runs.
 */
const refused = {
  'a code that is not in the table': () =>
    // @ts-expect-error there is no such code
    new AsofError('ASOF_TOPIC_MISLAID', 'the topic is gone'),

  'a code that is only known at run time': (code: string) =>
    // @ts-expect-error a text may be any code
    new AsofError(code, 'something is wrong'),

  'a kind of its own': () =>
    // @ts-expect-error the table says the kind
    new AsofError('ASOF_TOPIC_MISSING', 'the topic is gone', { kind: 'conflict' }),

  'a missing server with a code of kind input': () =>
    // @ts-expect-error the code is of kind input
    unavailable('ASOF_TOPIC_MISSING', 'Kafka', 'KAFKA_BROKERS', new Error('refused')),

  'a comparison with a code that is not in the table': (error: AsofError) =>
    // @ts-expect-error no error has this code
    error.code === 'ASOF_TOPIC_MISLAID',
};

test('the compiler refuses codes and kinds that are not those of the table', () => {
  expect(Object.keys(refused)).toHaveLength(5);
});

test('an error has the kind of its code', () => {
  const cause = new Error('connection refused');
  expect([
    new AsofError('ASOF_TOPIC_MISSING', 'no topic').kind,
    new AsofError('ASOF_CURSOR_MOVED', 'moved').kind,
    unavailable('ASOF_KAFKA_UNAVAILABLE', 'Kafka', 'KAFKA_BROKERS', cause).kind,
  ]).toEqual(['input', 'conflict', 'unavailable']);
});
