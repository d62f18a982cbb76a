import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvParser, type CsvRecord, type Separator } from '../../../../adapters/files/csv-parser.ts';
import { forAll } from '../../support/for-all.ts';

const field = fc.oneof(
  fc.constantFrom('', '"', '""', ',', ';', '\t', '\n', '\r\n', '\r', 'a', ' b ', 'x"y', '"\n"'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const quoting = fc.boolean();
const lineBreak = fc.constantFrom('\n', '\r\n');

const files = fc.record({
  records: fc.array(fc.array(fc.tuple(field, quoting), { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
  lineBreak,
  separator: fc.constantFrom<Separator>(',', ';', '\t'),
  hasLastBreak: fc.boolean(),
  /** Where the text is divided into pieces. */
  batchings: fc.array(fc.nat(200), { maxLength: 6 }),
});

test('the reader reads back what was written, however the text is divided into pieces', () => {
  forAll(files, ({ records, lineBreak, separator, hasLastBreak, batchings }) => {
    const lines = records.map((record) =>
      record.map(([text, quoted]) => write(text, quoted)).join(separator),
    );
    const text = lines.map((line) => line + lineBreak).join('');
    const expected: CsvRecord[] = [];
    let line = 1;
    for (const [at, record] of records.entries()) {
      const quotedEmpty = [...record.keys()].filter((field) => record[field]![0] === '' && record[field]![1]);
      const fields = record.map(([one]) => one);
      if (lines[at] !== '') expected.push({ line, fields, ...(quotedEmpty.length > 0 && { quotedEmpty }) });
      line += lines[at]!.split('\n').length;
    }
    const isLastLineKept = hasLastBreak || lines.at(-1) === '';
    expect(read(isLastLineKept ? text : text.slice(0, -lineBreak.length), batchings, separator)).toEqual(
      expected,
    );
  });
});

test('an unpaired quote is an error that names the line on which it begins', () => {
  expect(() => read('a,b\n1,"2\n3,4\n', [])).toThrow(/line 2: a quote is never closed/);
  expect(() => read('a\n\n"b"c\n', [])).toThrow(/line 3: there is text after the closing quote of field 1/);
});

function write(text: string, quoted: boolean): string {
  return quoted || /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function read(text: string, batchings: readonly number[], separator?: Separator): CsvRecord[] {
  const reader = new CsvParser(separator);
  const records: CsvRecord[] = [];
  let from = 0;
  for (const to of [...batchings, text.length].sort((a, b) => a - b)) {
    records.push(...reader.push(text.slice(from, to)));
    from = Math.min(to, text.length);
  }
  return [...records, ...reader.end()];
}
