import { quoted } from '../../../domain/errors/quoted.ts';
import type { FieldDefinition } from '../../../domain/registry/definition.ts';
import { expectedOf } from '../../values/options.ts';
import { type Scope, typeProblem } from './expression-problems.ts';

/** What an expression over the events of a source may name: its fields. */
export function eventScope(fields: readonly FieldDefinition[]): Scope {
  const typeOf: Scope['typeOf'] = (name) => fields.find((field) => field.name === name)?.type;
  return {
    typeOf,
    unfit(name, wanted) {
      const type = typeOf(name);
      return type === undefined
        ? `${quoted(name)} is not a field of the source${expectedOf(
            name,
            fields.map((field) => field.name),
          )}`
        : typeProblem(name, type, wanted);
    },
  };
}
