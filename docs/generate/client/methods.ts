import type ts from 'typescript';
import { type Docstring, docstringOf } from '../docstrings/docstring.ts';
import type { ModuleExports } from '../docstrings/exports.ts';
import { isOptional, memberTable } from './members.ts';
import { linkedType, typeOf, typeText } from './types.ts';

/** The section of a function or method, under a heading of this `level`. */
export function callPart(symbol: ts.Symbol, module: ModuleExports, level: string): string[] {
  const { checker } = module;
  const declaration = symbol.valueDeclaration as ts.MethodDeclaration | ts.FunctionDeclaration;
  const signature = checker.getSignatureFromDeclaration(declaration)!;
  const docstring = docstringOf(symbol, checker);
  if (docstring.text === '') throw new Error(`${symbol.name} has no docstring`);
  const parameters = signature.getParameters();
  const names = parameters.map((parameter) => parameter.name + (isOptional(parameter) ? '?' : ''));
  return [
    `${level} \`${symbol.name}(${names.join(', ')})\``,
    docstring.text,
    ...parameterList(parameters, docstring, module),
    ...parameters.flatMap((parameter) => optionTables(parameter, docstring, module)),
    ...returned(signature, declaration, module),
    ...docstring.throws.map((thrown) => `**Throws** ${thrown}`),
    ...docstring.examples,
  ];
}

/** The exported types of options that a parameter takes. Empty if it takes none. */
export function optionTypes(parameter: ts.Symbol, { checker, exported }: ModuleExports): ts.Symbol[] {
  const type = checker.getTypeOfSymbolAtLocation(parameter, parameter.valueDeclaration!);
  const types = type.isUnion() ? type.types : [type];
  return types
    .map((one) => one.symbol as ts.Symbol | undefined)
    .filter((symbol): symbol is ts.Symbol => symbol !== undefined && exported.has(symbol.name))
    .filter(({ name }) => /(Options|Range)$/.test(name));
}

/** A table for each type of options that a parameter takes, after the text that describes them. */
function optionTables(parameter: ts.Symbol, { parameters }: Docstring, module: ModuleExports): string[] {
  const types = optionTypes(parameter, module);
  return types.flatMap((symbol) => {
    const kind = types.length > 1 ? docstringOf(symbol, module.checker).text : undefined;
    return [parameters.get(parameter.name) ?? kind ?? '', memberTable(symbol, module, 'option')];
  });
}

/** The parameters that are not options, with their types and descriptions. */
function parameterList(
  parameters: readonly ts.Symbol[],
  docstring: Docstring,
  module: ModuleExports,
): string[] {
  const lines = parameters
    .filter((parameter) => optionTypes(parameter, module).length === 0)
    .map((parameter) => {
      const said = docstring.parameters.get(parameter.name);
      return `- \`${parameter.name}\` (${linkedType(typeOf(parameter, module), module)})${said ? `: ${said}` : ''}`;
    });
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function returned(signature: ts.Signature, at: ts.Node, module: ModuleExports): string[] {
  const text = typeText(signature.getReturnType(), at, module).replace(/^Promise<(.*)>$/, '$1');
  return text === 'void' ? [] : [`**Returns** ${linkedType(text, module)}`];
}
