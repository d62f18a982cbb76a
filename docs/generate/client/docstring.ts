import type ts from 'typescript';

/** What a docstring says, as Markdown. */
export interface Docstring {
  readonly text: string;
  /** By parameter. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly throws: readonly string[];
}

/** The docstring of a symbol; empty where it has none. */
export function docstringOf(symbol: ts.Symbol, checker: ts.TypeChecker): Docstring {
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
  };
}

/** Paragraphs keep apart; the lines of one are joined. */
function markdown(parts: readonly ts.SymbolDisplayPart[]): string {
  const text = parts.map((part) => (part.kind === 'linkName' ? `\`${shown(part.text)}\`` : part.text));
  return text
    .join('')
    .replaceAll(/\{@link\s*(`[^`]+`)\s*\}/g, '$1')
    .split(/\n\n+/)
    .map((paragraph) => paragraph.replaceAll(/\s*\n\s*/g, ' ').trim())
    .join('\n\n');
}

/** A method of the client by the name that a program calls it by. */
function shown(name: string): string {
  return name.trim().replace(/^Asof\./, 'asof.');
}
