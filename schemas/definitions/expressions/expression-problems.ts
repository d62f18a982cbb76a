import { quoted } from '../../../domain/errors/quoted.ts';
import { isOperation, operandsOf } from '../../../domain/expressions/operands.ts';
import { operationRules } from '../../../domain/expressions/operation-rules.ts';
import { alikeType, typeOfExpression, valueTypeOf } from '../../../domain/expressions/value-type.ts';
import type { ValueType } from '../../../domain/expressions/value.ts';
import { isStorable } from '../../../domain/log/fields/read-value.ts';
import type { FeatureType, FieldType } from '../../../domain/registry/definition.ts';
import type { Expression, Operation, Scalar } from '../../../domain/registry/expression.ts';
import { isZone } from '../../../domain/time/zone.ts';
import { type Beside, literalProblems, unstorable } from './literal-problems.ts';

/** What an expression may name. */
export interface Scope {
  /** The type of a field or feature. Undefined: there is none of the name. */
  typeOf(name: string): FieldType | FeatureType | undefined;
  /** Says that there is none of the name, or that it has another type. */
  unfit(name: string, wanted: Wanted): string;
  /** The function that says the moment that a row is about. Omitted: rows have none. */
  readonly moment?: 'now' | 'logicalTime';
}

/** The types that `by` takes. */
export interface Wanted {
  readonly types: readonly ValueType[];
  readonly by: string;
}

/** What is wrong with an expression: names, types and numbers of operands. `by` asks for one of the types. */
export function expressionProblems(expression: Expression, scope: Scope, wanted: Wanted): readonly string[] {
  const { types, by } = wanted;
  if (typeof expression === 'string') {
    const type = scope.typeOf(expression);
    if (type !== undefined && types.includes(valueTypeOf(type))) return [];
    return [scope.unfit(expression, wanted)];
  }
  const inner = isOperation(expression) ? operationProblems(expression, scope) : [];
  if (inner.length > 0) return inner;
  if (typeof expression === 'object' && 'text' in expression && !isStorable(expression.text))
    return [unstorable(expression.text)];
  const type = typeOfExpression(expression, typesOf(scope))!;
  if (types.includes(type)) return [];
  const what = isOperation(expression)
    ? `${nameOf(expression, scope)} gives`
    : `${literalText(expression)} is`;
  return [`${by} takes ${oneOf(types)}, and ${what} a ${type}`];
}

/** Says that what is named has another type than one that is wanted. */
export function typeProblem(name: string, type: FieldType | FeatureType, { types, by }: Wanted): string {
  const advice =
    valueTypeOf(type) === 'list' ? 'only isNull takes such a field' : `${by} takes ${oneOf(types)}`;
  return `'${name}' is a ${type}; ${advice}`;
}

function operationProblems(operation: Operation, scope: Scope): readonly string[] {
  if (operation.op === 'moment') return momentProblems(scope);
  const by = nameOf(operation, scope);
  const { takes, alikeFrom = Infinity, least, most } = operationRules[operation.op];
  const operands = operandsOf(operation);
  if (operands.length < least || operands.length > most) {
    const expected =
      least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    return [`${by} takes ${expected} operands, got ${operands.length}`];
  }
  const alike = alikeType(operation, typesOf(scope));
  const beside = besideOf(operation, scope);
  const problems = operands.flatMap((operand, index) => {
    const taken = takes[Math.min(index, takes.length - 1)]!;
    const isAlike = index >= alikeFrom && alike !== undefined;
    if (isAlike && beside && !isNamed(operand)) return literalProblems(valueOf(operand), beside);
    const types = isAlike && taken.includes(alike) ? [alike] : taken;
    return expressionProblems(operand, scope, { types, by });
  });
  const sought = operation.op === 'in' && beside && problems.length === 0 ? operation.values : [];
  return [
    ...problems,
    ...sought.flatMap((value) => literalProblems(value, beside!)),
    ...(operation.op === 'clip' ? boundProblems(operands) : []),
    ...('zone' in operation ? zoneProblems(operation.zone) : []),
  ];
}

/** What the values in an operation stand beside: its first operand that is not a value itself. */
function besideOf(operation: Operation, scope: Scope): Beside | undefined {
  const { alikeFrom = operation.op === 'in' ? 0 : Infinity } = operationRules[operation.op];
  const subject = operandsOf(operation).slice(alikeFrom).find(isNamed);
  if (subject === undefined) return undefined;
  const type = typeOfExpression(subject, typesOf(scope));
  if (type === undefined) return undefined;
  const stored = typeof subject === 'string' ? scope.typeOf(subject) : undefined;
  const isComparison = operation.op !== 'coalesce' && operation.op !== 'when';
  return {
    subject:
      typeof subject === 'string'
        ? `'${subject}' is a ${stored}`
        : `${nameOf(subject, scope)} gives a ${type}`,
    type,
    verb: isComparison ? 'is compared with' : `${nameOf(operation, scope)} has beside it`,
    isWhole: stored === 'integer' && (operation.op === 'equals' || operation.op === 'in'),
  };
}

function momentProblems({ moment }: Scope): string[] {
  if (moment !== undefined) return [];
  return [
    'now is only for request features, and logicalTime for batch tables: nothing else has such a moment',
  ];
}

function zoneProblems(zone: string | undefined): string[] {
  if (zone === undefined || isZone(zone)) return [];
  return [`${quoted(zone)} is not a time zone; expected a name such as Europe/Paris`];
}

function boundProblems([, least, greatest]: readonly Expression[]): string[] {
  if (typeof least !== 'number' || typeof greatest !== 'number' || least <= greatest) return [];
  return [`clip has the least value ${least}, which is greater than the greatest, ${greatest}`];
}

function typesOf(scope: Scope) {
  return (name: string): ValueType | undefined => {
    const type = scope.typeOf(name);
    return type && valueTypeOf(type);
  };
}

/** Whether an operand is a name or an operation. */
function isNamed(operand: Expression): operand is string | Operation {
  return typeof operand === 'string' || isOperation(operand);
}

function valueOf(literal: Expression): Scalar {
  return typeof literal === 'object' ? (literal as { readonly text: string }).text : literal;
}

function literalText(literal: Expression): string {
  return quoted(valueOf(literal));
}

/** The function of the definition language that makes an operation. */
function nameOf({ op }: Operation, { moment }: Scope): string {
  if (op === 'moment' && moment) return moment;
  const renamed: Readonly<Record<string, string>> = { divide: 'ratio', quotient: 'divide', in: 'isIn' };
  return renamed[op] ?? op.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `a number`, `a number, a text or a time` */
function oneOf(types: readonly ValueType[]): string {
  const words = types.map((type) => `a ${type}`);
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' or ');
}
