import type { Condition } from '../registry/definition.ts';
import type { FieldValue } from './event.ts';

/** Whether a condition holds. Null: it is neither true nor false, since it compares a null. */
type Truth = boolean | null;

/** Evaluates a condition over the values of fields. */
type Evaluate = (valueOf: (field: string) => FieldValue) => Truth;

/** The names of the fields that a condition reads. */
export function fieldsIn(condition: Condition): string[] {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.of.flatMap(fieldsIn);
    case 'not':
      return fieldsIn(condition.of);
    case 'equals':
    case 'in':
    case 'is_null':
      return [condition.field];
  }
}

/** Compiles a condition. `and`, `or` and `not` treat a null as SQL does. */
export function compileCondition(condition: Condition): Evaluate {
  switch (condition.op) {
    case 'and':
      return joined(condition.of, false);
    case 'or':
      return joined(condition.of, true);
    case 'not': {
      const negated = compileCondition(condition.of);
      return (valueOf) => {
        const truth = negated(valueOf);
        return truth === null ? null : !truth;
      };
    }
    case 'equals':
      return comparison(condition.field, (value) => value === condition.value);
    case 'in': {
      const values = new Set<FieldValue>(condition.values);
      return comparison(condition.field, (value) => values.has(value));
    }
    case 'is_null':
      return (valueOf) => valueOf(condition.field) === null;
  }
}

function comparison(field: string, holds: (value: FieldValue) => boolean): Evaluate {
  return (valueOf) => {
    const value = valueOf(field);
    return value === null ? null : holds(value);
  };
}

/** One operand that is `decisive` decides. Otherwise a null makes the result null. */
function joined(conditions: readonly Condition[], decisive: boolean): Evaluate {
  const operands = conditions.map(compileCondition);
  return (valueOf) => {
    let result: Truth = !decisive;
    for (const operand of operands) {
      const truth = operand(valueOf);
      if (truth === decisive) return decisive;
      if (truth === null) result = null;
    }
    return result;
  };
}
