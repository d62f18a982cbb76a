import fc from 'fast-check';
import sql from 'sql-template-tag';
import { expect, test } from 'vitest';
import { withLiterals } from '../../../../../db/batch/queries/literals.ts';
import { forAll } from '../../../support/for-all.ts';

/** Texts with the characters that end or escape a literal. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom("'", '\\', "\\'", "''", '$', '$$', '--', '/*', ';', 'E'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join('').replaceAll('\0', ''));

test('a literal ends where its text ends, and nowhere before', () => {
  forAll(fc.tuple(texts, texts), ([one, other]) => {
    const statement = withLiterals(sql`SELECT ${one}, ${[other, null, one]}, ${null} END`);
    const { value: first, rest } = readLiteral(statement.slice('SELECT '.length));
    expect(first).toBe(one);
    expect(rest.startsWith(', ARRAY[')).toBe(true);
    const second = readLiteral(rest.slice(', ARRAY['.length));
    expect(second.value).toBe(other);
    expect(second.rest.startsWith(', NULL, ')).toBe(true);
    const third = readLiteral(second.rest.slice(', NULL, '.length));
    expect(third).toEqual({ value: one, rest: '], NULL END' });
  });
});

/** Reads a literal by the rules of Postgres with standard_conforming_strings. */
function readLiteral(text: string): { readonly value: string; readonly rest: string } {
  const start = text.trimStart();
  const isEscaped = start.startsWith('E');
  let [value, at] = ['', isEscaped ? 2 : 1];
  for (;;) {
    const character = start[at]!;
    if (character === "'" && start[at + 1] !== "'") return { value, rest: start.slice(at + 1) };
    if (character === "'" || (isEscaped && character === '\\')) at += 1;
    value += start[at];
    at += 1;
  }
}
