/** The sum of the numbers' shortest round-trip decimals, exact, and rounded to a double once. 0 for none. */
export function exactSum(numbers: readonly number[]): number {
  const decimals = numbers.map(decimalOf);
  const scale = Math.max(0, ...decimals.map(({ decimals }) => decimals));
  const units = decimals.reduce(
    (sum, decimal) => sum + decimal.units * 10n ** BigInt(scale - decimal.decimals),
    0n,
  );
  return Number(`${units}e-${scale}`);
}

/** A number as `units / 10^decimals`: 0.25 is 25 with 2 decimals, 5e-324 is 5 with 324. */
function decimalOf(number: number): { units: bigint; decimals: number } {
  const [mantissa, exponent = '0'] = String(number).split('e') as [string, string?];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  const decimals = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return decimals >= 0 ? { units, decimals } : { units: units * 10n ** BigInt(-decimals), decimals: 0 };
}
