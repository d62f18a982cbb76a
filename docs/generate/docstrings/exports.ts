import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The exports of a module, by name, with the type checker that knows them. */
export interface ModuleExports {
  readonly checker: ts.TypeChecker;
  readonly exported: ReadonlyMap<string, ts.Symbol>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Reads the exports of a module of the repository. Types of packages resolve to `any`: reading them would
 * take most of the time.
 */
export function exportsOf(path: string): ModuleExports {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, file, redirected, given) =>
    literals.map(({ text }) =>
      text.startsWith('.')
        ? ts.resolveModuleName(text, file, given, host, undefined, redirected)
        : { resolvedModule: undefined },
    );
  const program = ts.createProgram([root + path], options, host);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(root + path)!)!;
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol): [string, ts.Symbol] => [
      symbol.name,
      symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    ]);
  return { checker, exported: new Map(exported) };
}
