import ts from 'typescript';
import type { ModuleExports } from '../docstrings/exports.ts';

/** Types that readers of TypeScript know, or that the text of the page names. */
const KNOWN = new Set([
  ...['AbortSignal', 'AsyncIterable', 'Buffer', 'Date', 'ErrorCode', 'ErrorKind', 'Iterable', 'Logger'],
  ...['Partial', 'Pick', 'Promise', 'Readonly', 'Record', 'Uint8Array'],
]);

/** A type as code, with a link to its section of the page. */
export function linkedType(text: string, { exported }: ModuleExports): string {
  const names = [...text.replaceAll(/'[^']*'/g, '').matchAll(/\b[A-Z]\w+/g)].map(([name]) => name);
  const undescribed = names.find((name) => !KNOWN.has(name) && !exported.has(name));
  if (undescribed !== undefined)
    throw new Error(`'${undescribed}' in '${text}' is not described; export it from client/index.ts`);
  const described = names.find((name) => exported.has(name));
  return described === undefined ? `\`${text}\`` : `[\`${text}\`](#${described.toLowerCase()})`;
}

/** The type of a property or parameter as text. */
export function typeOf(symbol: ts.Symbol, module: ModuleExports): string {
  const declaration = symbol.declarations![0] as ts.PropertySignature | ts.ParameterDeclaration;
  const type = module.checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const written = plain(declaration.type?.getText() ?? '');
  // Types of packages resolve to `any`, so the text of the declaration is used.
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

/** Removes `readonly` and `| undefined`, which only say that a member is optional or not writable. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\breadonly /g, '')
    .replace(/ \| undefined$/, '')
    .replace(/^\((\(.*\) => .*)\)$/, '$1')
    .replaceAll(/; \}/g, ' }');
}
