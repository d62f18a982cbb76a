import type { Operation } from '../registry/expression.ts';
import type { ValueType } from './value.ts';

/** What an operation takes and gives. */
export interface OperationRule {
  /** The types of each operand; the last entry holds for all further ones. */
  readonly takes: readonly (readonly ValueType[])[];
  /** From this operand on, all have one type. Undefined: each has one that it takes. */
  readonly alikeFrom?: number;
  /** The type of the result. `alike`: that of the operands that have one type. */
  readonly gives: ValueType | 'alike';
  readonly least: number;
  readonly most: number;
}

const SCALARS: readonly ValueType[] = ['number', 'text', 'boolean', 'time', 'decimal', 'date'];

const ofNumbers = (least: number, most: number): OperationRule => ({
  takes: [['number']],
  gives: 'number',
  least,
  most,
});
const ofTexts = (gives: ValueType, least: number, most: number): OperationRule => ({
  takes: [['text']],
  gives,
  least,
  most,
});
const ofTimes = (operands: number): OperationRule => ({
  takes: [['time']],
  gives: 'number',
  least: operands,
  most: operands,
});
const ofTruths = (most: number): OperationRule => ({
  takes: [['boolean']],
  gives: 'boolean',
  least: 1,
  most,
});
const order: OperationRule = {
  takes: [['number', 'time', 'date']],
  alikeFrom: 0,
  gives: 'boolean',
  least: 2,
  most: 2,
};

export const operationRules: Record<Operation['op'], OperationRule> = {
  add: ofNumbers(2, Infinity),
  subtract: ofNumbers(2, Infinity),
  multiply: ofNumbers(2, Infinity),
  divide: ofNumbers(2, Infinity),
  quotient: ofNumbers(2, 2),
  abs: ofNumbers(1, 1),
  log: ofNumbers(1, 1),
  exp: ofNumbers(1, 1),
  sqrt: ofNumbers(1, 1),
  round: ofNumbers(1, 1),
  floor: ofNumbers(1, 1),
  clip: ofNumbers(3, 3),
  equals: { ...order, takes: [SCALARS] },
  less: order,
  at_most: order,
  greater: order,
  at_least: order,
  and: ofTruths(Infinity),
  or: ofTruths(Infinity),
  not: ofTruths(1),
  in: { takes: [SCALARS], gives: 'boolean', least: 1, most: 1 },
  is_null: { takes: [[...SCALARS, 'list']], gives: 'boolean', least: 1, most: 1 },
  coalesce: { takes: [SCALARS], alikeFrom: 0, gives: 'alike', least: 2, most: Infinity },
  when: { takes: [['boolean'], SCALARS], alikeFrom: 1, gives: 'alike', least: 2, most: 3 },
  lower: ofTexts('text', 1, 1),
  length: ofTexts('number', 1, 1),
  starts_with: ofTexts('boolean', 2, 2),
  contains: ofTexts('boolean', 2, 2),
  concat: ofTexts('text', 1, Infinity),
  hour_of_day: ofTimes(1),
  day_of_week: ofTimes(1),
  seconds_between: ofTimes(2),
  moment: { ...ofTimes(0), gives: 'time' },
  to_number: { ...ofNumbers(1, 1), takes: [['number', 'text', 'boolean', 'decimal']] },
  to_text: { ...ofTexts('text', 1, 1), takes: [['number', 'text', 'boolean', 'decimal', 'date']] },
  to_time: { ...ofNumbers(1, 1), gives: 'time' },
};
