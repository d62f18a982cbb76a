import ts from 'typescript';
import { docstringOf } from '../docstrings/docstring.ts';
import type { ModuleExports } from '../docstrings/exports.ts';
import { markdownTable } from '../markdown.ts';
import { linkedType, typeOf } from './types.ts';

/** The members of an interface as a table under the `heading`, with their types and docstrings. */
export function memberTable(
  symbol: ts.Symbol,
  module: ModuleExports,
  heading: 'option' | 'property',
): string {
  const members = module.checker.getDeclaredTypeOfSymbol(symbol).getProperties().filter(isOurs);
  return markdownTable(
    [heading, 'type', 'meaning'],
    members.map((member) => [
      `\`${member.name}${isOptional(member) ? '?' : ''}\``,
      linkedType(typeOf(member, module), module),
      docstringOf(member, module.checker).text.replaceAll('\n\n', ' '),
    ]),
  );
}

/** Whether the repository declares the member, and not a package or the language. */
function isOurs({ declarations: [declaration] = [] }: ts.Symbol): boolean {
  return declaration !== undefined && !declaration.getSourceFile().fileName.includes('node_modules');
}

export function isOptional(symbol: ts.Symbol): boolean {
  const { valueDeclaration: declaration } = symbol;
  const hasDefault = declaration && ts.isParameter(declaration) && declaration.initializer !== undefined;
  return hasDefault || (symbol.flags & ts.SymbolFlags.Optional) !== 0;
}
