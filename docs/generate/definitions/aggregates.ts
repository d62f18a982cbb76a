import type ts from 'typescript';
import { aggregateRules } from '../../../domain/aggregation/aggregates.ts';
import type { AggregateKind } from '../../../domain/registry/definition.ts';
import type { ModuleExports } from '../docstrings/exports.ts';
import { markdownTable } from '../markdown.ts';
import { calledAs, examplesOf, inOrder, isCall, meaningOf } from './calls.ts';
import { callSignatures } from './options.ts';

const COLUMNS = {
  bigint: 'bigint',
  double: 'double precision',
  string: 'text',
  boolean: 'boolean',
  'double[]': 'double precision[]',
  field: 'as the field',
} as const;

/** The table of the aggregates: what each reads, the column that it makes, what it gives. */
export function aggregateTable(aggregates: readonly ts.Symbol[], module: ModuleExports): string {
  return markdownTable(
    ['aggregate', 'reads', 'column', 'gives', 'for example'],
    aggregates.map((call) => {
      const { fieldRequired, fieldTypes, featureType } = aggregateRules[kindOf(call, module)];
      return [
        `\`${calledAs(call, module)}\``,
        fieldRequired ? fieldTypes.join(', ') : 'events',
        COLUMNS[featureType],
        meaningOf(call, module),
        examplesOf(call, module).join('<br>'),
      ];
    }),
  );
}

/** The functions that return an aggregate. */
export function aggregatesOf({ exported, checker }: ModuleExports): ts.Symbol[] {
  const calls = [...exported.values()].filter((symbol) => isCall(symbol, checker));
  return inOrder(calls.filter((call) => resultOf(call, checker).symbol?.name === 'Aggregate'));
}

function resultOf(call: ts.Symbol, checker: ts.TypeChecker): { readonly symbol?: ts.Symbol } & ts.Type {
  const [signature] = callSignatures(call, checker);
  return signature!.getReturnType();
}

/** The aggregate that a function makes, which is the first argument of the type that it returns. */
function kindOf(call: ts.Symbol, { checker }: ModuleExports): AggregateKind {
  const [kind] = checker.getTypeArguments(resultOf(call, checker) as ts.TypeReference);
  if (!kind?.isStringLiteral()) throw new Error(`'${call.name}' returns no Aggregate of one kind`);
  return kind.value as AggregateKind;
}
