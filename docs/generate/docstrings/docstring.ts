import type ts from 'typescript';

/** The parts of a docstring, as Markdown. */
export interface Docstring {
  readonly text: string;
  /** The description of each parameter, by name. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly throws: readonly string[];
  /** Blocks of code. */
  readonly examples: readonly string[];
}

/** Reads the docstring of a symbol, or of one form of a function. All parts are empty if it has none. */
export function docstringOf(symbol: ts.Symbol | ts.Signature, checker: ts.TypeChecker): Docstring {
  const tags = symbol.getJsDocTags(checker);
  const named = (name: string) => tags.filter((tag) => tag.name === name);
  return {
    text: markdown(symbol.getDocumentationComment(checker)),
    parameters: new Map(
      named('param').map(({ text = [] }) => {
        const [parameter, ...rest] = text.filter(({ kind }) => kind !== 'space');
        return [parameter!.text, markdown(rest)];
      }),
    ),
    throws: named('throws').map(({ text }) => markdown(text ?? []).replace(/^AsofError /, '')),
    examples: named('example').map(({ text = [] }) =>
      text
        .map((part) => part.text)
        .join('')
        .trim(),
    ),
  };
}

/** Joins the lines of each paragraph, and resolves links. */
function markdown(parts: readonly ts.SymbolDisplayPart[]): string {
  const text = parts.map((part) => (part.kind === 'linkName' ? `\`${shown(part.text)}\`` : part.text));
  return text
    .join('')
    .replaceAll(/\{@link\s*(`[^`]+`)\s*\}/g, '$1')
    .split(/\n\n+/)
    .map((paragraph) => paragraph.replaceAll(/\s*\n\s*/g, ' ').trim())
    .join('\n\n');
}

/** The name by which a program calls a linked method. */
function shown(name: string): string {
  return name.trim().replace(/^Asof\./, 'asof.');
}
