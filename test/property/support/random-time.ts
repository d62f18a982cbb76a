import fc from 'fast-check';

/** Mostly texts that RFC 3339 allows; a few that it almost allows. */
function mostly(good: readonly string[], bad: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...good), weight: 24 },
    { arbitrary: fc.constantFrom(...bad), weight: 1 },
  );
}

const digits = (count: number, max: number) => fc.nat(max).map((value) => String(value).padStart(count, '0'));

const year = fc.oneof(
  digits(4, 9999),
  mostly(['1970', '1969', '2024', '2000', '1900', '0000'], ['70', '12026', '-001', '٢٠٢٦']),
);
const month = mostly(['01', '02', '12', '06'], ['00', '13', '1', 'Jan']);
const day = mostly(['01', '28', '29', '30', '31'], ['00', '32', '1']);
const clock = mostly(
  ['00:00:00', '23:59:59', '10:15:00'],
  ['24:00:00', '23:60:00', '23:59:60', '23:59', '1:00:00', '10-00-00'],
);
const separator = mostly(['T', 't'], [' ', '', '_', 'T ']);
const fraction = fc.oneof(
  mostly(['', '.0', '.1', '.999999', '.9999999', '.000000999'], ['.', ',5', '.5e3', '.-1']),
  fc.stringMatching(/^\.\d{1,12}$/),
);
const offset = mostly(
  ['', 'Z', 'z', '+00:00', '-00:00', '+05:30', '-08:00', '+14:00', '+23:59', '-23:59'],
  ['+24:00', '+05:60', '+0530', '+05', 'UTC', ' Z', 'ZZ', '−08:00', '+1:00', '\n'],
);

/** Texts that are RFC 3339 times, and texts that almost are. */
export const timeTexts = fc
  .tuple(year, fc.constant('-'), month, fc.constant('-'), day, separator, clock, fraction, offset)
  .map((parts) => parts.join(''));
