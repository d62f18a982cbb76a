import ts from 'typescript';
import type { ModuleExports } from './exports.ts';

/** Types that readers of TypeScript know, or that the page's text names. */
const KNOWN = new Set([
  ...['AbortSignal', 'AsyncIterable', 'Buffer', 'Date', 'ErrorCode', 'ErrorKind', 'Iterable', 'Logger'],
  ...['Partial', 'Pick', 'Promise', 'Readonly', 'Record', 'Uint8Array'],
]);

/** A type in code, linked to where the page describes it. */
export function linkedType(text: string, { exported }: ModuleExports): string {
  const names = [...text.replaceAll(/'[^']*'/g, '').matchAll(/\b[A-Z]\w+/g)].map(([name]) => name);
  const undescribed = names.find((name) => !KNOWN.has(name) && !exported.has(name));
  if (undescribed !== undefined)
    throw new Error(`'${undescribed}' in '${text}' is not described; export it from client/index.ts`);
  const described = names.find((name) => exported.has(name));
  return described === undefined ? `\`${text}\`` : `[\`${text}\`](#${described.toLowerCase()})`;
}

/** The text of the type of a property or parameter. */
export function typeOf(symbol: ts.Symbol, module: ModuleExports): string {
  const declaration = symbol.declarations![0] as ts.PropertySignature | ts.ParameterDeclaration;
  const type = module.checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const written = plain(declaration.type?.getText() ?? '');
  // The type of a package is `any` here; the declaration says which it is.
  if (type.flags & ts.TypeFlags.Any || KNOWN.has(written)) return written;
  return typeText(type, declaration, module);
}

export function typeText(type: ts.Type, at: ts.Node, { checker, exported }: ModuleExports): string {
  const alias = type.aliasSymbol;
  const isPrivate = alias !== undefined && !exported.has(alias.name) && !KNOWN.has(alias.name);
  const flags =
    ts.TypeFormatFlags.NoTruncation |
    ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType |
    ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
    (isPrivate ? ts.TypeFormatFlags.InTypeAlias : ts.TypeFormatFlags.None);
  return plain(checker.typeToString(type, at, flags));
}

/** Without what says only that it may be left out, or must not be assigned to. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\breadonly /g, '')
    .replace(/ \| undefined$/, '')
    .replace(/^\((\(.*\) => .*)\)$/, '$1')
    .replaceAll(/; \}/g, ' }');
}
