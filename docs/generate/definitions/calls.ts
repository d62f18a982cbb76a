import ts from 'typescript';
import { docstringOf } from '../docstrings/docstring.ts';
import type { ModuleExports } from '../docstrings/exports.ts';
import { markdownTable } from '../markdown.ts';
import { callSignatures } from './options.ts';

/** The functions of the language that a module of it exports. */
export function callsOf(path: string, { exported, checker }: ModuleExports): ts.Symbol[] {
  const calls = [...exported.values()].filter((symbol) => isCall(symbol, checker));
  return inOrder(calls.filter((call) => placeOf(call).path.endsWith(`/schemas/definitions/${path}`)));
}

/** Functions in the order of their declarations: by modules, then by lines. */
export function inOrder(calls: readonly ts.Symbol[]): ts.Symbol[] {
  return [...calls].sort((a, b) => {
    const [before, after] = [placeOf(a), placeOf(b)];
    return before.path === after.path ? before.at - after.at : before.path < after.path ? -1 : 1;
  });
}

function placeOf({ declarations: [declaration] = [] }: ts.Symbol) {
  return { path: declaration!.getSourceFile().fileName, at: declaration!.pos };
}

export function isCall(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return (symbol.flags & ts.SymbolFlags.Value) !== 0 && callSignatures(symbol, checker).length > 0;
}

/** The table of functions: how each is called, what it gives, an example. */
export function callTable(calls: readonly ts.Symbol[], module: ModuleExports): string {
  return markdownTable(
    ['function', 'gives', 'for example'],
    calls.map((call) => [
      `\`${calledAs(call, module)}\``,
      meaningOf(call, module),
      examplesOf(call, module).join('<br>'),
    ]),
  );
}

/** A call with the names of its parameters: `clip(number, least, greatest)`. */
export function calledAs(call: ts.Symbol, { checker }: ModuleExports): string {
  const [signature] = callSignatures(call, checker);
  const parameters = signature!.getParameters().flatMap((parameter) => {
    const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
    if (declaration.dotDotDotToken) return ['a', 'b', '…'];
    const isOmissible = declaration.questionToken ?? declaration.initializer;
    return [`${parameter.name}${isOmissible ? '?' : ''}`];
  });
  return `${call.name}(${parameters.join(', ')})`;
}

export function meaningOf(call: ts.Symbol, { checker }: ModuleExports): string {
  const { text } = docstringOf(call, checker);
  if (text === '') throw new Error(`${call.name} has no docstring`);
  return text.replaceAll(/\s+/g, ' ');
}

/** The examples of a docstring, as code. */
export function examplesOf(call: ts.Symbol, { checker }: ModuleExports): string[] {
  const { examples } = docstringOf(call, checker);
  if (examples.length === 0) throw new Error(`${call.name} has no @example`);
  return examples.map((example) => `\`${example}\``);
}
