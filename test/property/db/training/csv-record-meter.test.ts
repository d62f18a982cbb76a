import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvRecordMeter } from '../../../../db/training/csv-record-meter.ts';
import { forAll } from '../../support/for-all.ts';

const field = fc
  .array(fc.constantFrom('a', '"', ',', '\n', '\r\n', 'ü', ''), { maxLength: 6 })
  .map((all) => all.join(''));
const records = fc
  .array(fc.array(field, { minLength: 1, maxLength: 4 }).map(csvLine), { minLength: 1, maxLength: 20 })
  .map((lines) => lines.map((line) => Buffer.from(line)));

test('the longest record is found, whatever is in its fields and however the text is cut', () => {
  forAll(fc.record({ lines: records, size: fc.integer({ min: 1, max: 9 }) }), ({ lines, size }) => {
    const meter = new CsvRecordMeter();
    const text = Buffer.concat(lines);
    for (let at = 0; at < text.length; at += size) meter.measure(text.subarray(at, at + size));
    expect(meter.longest).toBe(Math.max(...lines.map(({ length }) => length)));
  });
});

/** A line as Postgres writes it. */
function csvLine(fields: readonly string[]): string {
  const quoted = fields.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
  return `${quoted.join(',')}\n`;
}
