import fc from 'fast-check';
import type { Expression, Operation, Operator } from '../../../domain/registry/expression.ts';

/** The names that random expressions read, by the type of their values. There are numbers and texts. */
export interface Names {
  readonly number: readonly string[];
  readonly text: readonly string[];
  readonly boolean: readonly string[];
  readonly time: readonly string[];
  /** Whether rows are about a moment. Omitted: they are not. */
  readonly moment?: true;
}

type Type = 'number' | 'text' | 'boolean';

const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Cairo',
];

export const randomNumbers = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, -0.5, 2.5, 0.49999999999999994, 100, 1e15, -1e15, 5e-324, 1e308),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
export const randomTexts = fc.oneof(
  fc.constantFrom('', 'a', 'A', 'é', 'view', 'View', 'purchase', '12.50', '-1e3', '.5', '1e999', '😀x', ' 7'),
  fc.string({ maxLength: 4 }),
);

/** Random operations over the names, by the type that they give. */
export function randomExpressions(names: Names): Readonly<Record<Type, fc.Arbitrary<Operation>>> {
  const { numbers, texts, truths } = fc.letrec<
    Record<Type, Expression> & Record<'numbers' | 'texts' | 'truths', Operation>
  >((tie) => {
    const number = tie('number');
    const text = tie('text');
    const boolean = tie('boolean');
    const literals = randomTexts.map((value) => ({ text: value }));
    const times = timesOf(names, number);
    return {
      number: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(...names.number),
        randomNumbers,
        tie('numbers'),
      ),
      text: fc.oneof({ depthSize: 'small' }, fc.constantFrom(...names.text), literals, tie('texts')),
      boolean: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(true, false, ...names.boolean),
        tie('truths'),
      ),
      numbers: fc.oneof(
        ...(['add', 'subtract', 'multiply', 'divide', 'coalesce'] as const).map((op) => many(op, number)),
        of('quotient', number, number),
        ...(['abs', 'log', 'exp', 'sqrt', 'round', 'floor'] as const).map((op) => of(op, number)),
        of('clip', number, number, number),
        of('when', boolean, number, number),
        of('when', boolean, number),
        of('length', text),
        of('to_number', fc.oneof(number, text, boolean)),
        ...times.numbers,
      ),
      texts: fc.oneof(
        of('lower', text),
        many('concat', text, 1),
        many('coalesce', text),
        of('when', boolean, text, text),
        of('to_text', fc.oneof(number, text, boolean)),
      ),
      truths: fc.oneof(
        ...(['less', 'at_most', 'greater', 'at_least'] as const).map((op) => of(op, number, number)),
        ...[number, text, boolean].map((type) => of('equals', type, type)),
        equalsLiteral(names.text, randomTexts),
        equalsLiteral(names.number, randomNumbers),
        isIn(text, randomTexts),
        isIn(number, randomNumbers),
        fc.record({ op: fc.constant('is_null' as const), field: fc.oneof(number, text, boolean) }),
        fc.record({ op: fc.constant('not' as const), of: boolean }),
        many('and', boolean, 1),
        many('or', boolean, 1),
        of('starts_with', text, text),
        of('contains', text, text),
        of('when', boolean, boolean, boolean),
        ...times.truths,
      ),
    };
  });
  return { number: numbers, text: texts, boolean: truths };
}

/** Operations on times: named ones, those of numbers, and the moment of a row. */
function timesOf(
  { time: names, moment }: Names,
  number: fc.Arbitrary<Expression>,
): Record<'numbers' | 'truths', fc.Arbitrary<Operation>[]> {
  const time = fc.oneof(
    ...(names.length === 0 ? [] : [fc.constantFrom(...names)]),
    ...(moment ? [fc.constant<Operation>({ op: 'moment' })] : []),
    of('to_time', fc.oneof(number, fc.double({ min: -1e11, max: 3e11, noNaN: true }))),
  );
  const zone = fc.constantFrom(undefined, ...ZONES);
  const clocks = fc
    .tuple(fc.constantFrom('hour_of_day' as const, 'day_of_week' as const), time, zone)
    .map(([op, at, zone]): Operation => ({ op, of: [at], ...(zone === undefined ? {} : { zone }) }));
  return {
    numbers: [clocks, of('seconds_between', time, time)],
    truths: [
      ...(['equals', 'less', 'at_most', 'greater', 'at_least'] as const).map((op) => of(op, time, time)),
      time.map((field): Operation => ({ op: 'is_null', field })),
    ],
  };
}

function of(op: Operator, ...operands: fc.Arbitrary<Expression>[]): fc.Arbitrary<Operation> {
  return fc.tuple(...operands).map((drawn) => ({ op, of: drawn }));
}

function many(op: Operator, operand: fc.Arbitrary<Expression>, minLength = 2): fc.Arbitrary<Operation> {
  return fc.array(operand, { minLength, maxLength: 3 }).map((drawn) => ({ op, of: drawn }));
}

function equalsLiteral(
  names: readonly string[],
  value: fc.Arbitrary<string | number>,
): fc.Arbitrary<Operation> {
  return fc.record({ op: fc.constant('equals' as const), field: fc.constantFrom(...names), value });
}

function isIn(
  field: fc.Arbitrary<Expression>,
  value: fc.Arbitrary<string | number>,
): fc.Arbitrary<Operation> {
  const values = fc.array(value, { minLength: 1, maxLength: 3 });
  return fc.record({ op: fc.constant('in' as const), field, values });
}
