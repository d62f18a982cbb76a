import type ts from 'typescript';
import { type Docstring, docstringOf } from './docstring.ts';
import type { ModuleExports } from './exports.ts';
import { isOptional, memberTable } from './members.ts';
import { linkedType, typeOf, typeText } from './types.ts';

/** A function or method as a part of the page, under a heading of `level`. */
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
    ...answer(signature, declaration, module),
    ...docstring.throws.map((thrown) => `**Throws** ${thrown}`),
  ];
}

/** The options that a parameter takes, where it takes options. */
export function optionTypes(parameter: ts.Symbol, { checker, exported }: ModuleExports): ts.Symbol[] {
  const type = checker.getTypeOfSymbolAtLocation(parameter, parameter.valueDeclaration!);
  const types = type.isUnion() ? type.types : [type];
  return types
    .map((one) => one.symbol as ts.Symbol | undefined)
    .filter((symbol): symbol is ts.Symbol => symbol !== undefined && exported.has(symbol.name))
    .filter(({ name }) => /(Options|Range)$/.test(name));
}

/** The tables of a parameter's options; where there are several kinds, each with what it is for. */
function optionTables(parameter: ts.Symbol, { parameters }: Docstring, module: ModuleExports): string[] {
  const types = optionTypes(parameter, module);
  return types.flatMap((symbol) => {
    const kind = types.length > 1 ? docstringOf(symbol, module.checker).text : undefined;
    return [parameters.get(parameter.name) ?? kind ?? '', memberTable(symbol, module)];
  });
}

/** What is not an option, with its type and what the docstring says of it. */
function parameterList(
  parameters: readonly ts.Symbol[],
  docstring: Docstring,
  module: ModuleExports,
): string[] {
  const lines = parameters
    .filter((parameter) => optionTypes(parameter, module).length === 0)
    .map((parameter) => {
      const said = docstring.parameters.get(parameter.name);
      return `- \`${parameter.name}\`: ${linkedType(typeOf(parameter, module), module)}${said ? `; ${said}` : ''}`;
    });
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function answer(signature: ts.Signature, at: ts.Node, module: ModuleExports): string[] {
  const text = typeText(signature.getReturnType(), at, module).replace(/^Promise<(.*)>$/, '$1');
  return text === 'void' ? [] : [`**Answers** ${linkedType(text, module)}`];
}
