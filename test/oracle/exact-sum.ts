/** The exact sum of the numbers' shortest round-trip decimals, rounded to a double once. No numbers: 0. */
export function exactSum(numbers: readonly number[]): number {
  const { units, scale } = asUnits(numbers);
  return Number(`${units.reduce((sum, one) => sum + one, 0n)}e-${scale}`);
}

/** Each number as whole units of `10^-scale`, with one scale for all numbers. */
export function asUnits(numbers: readonly number[]): { units: bigint[]; scale: number } {
  const decimals = numbers.map(decimalOf);
  const scale = Math.max(0, ...decimals.map(({ decimals }) => decimals));
  return { units: decimals.map((one) => one.units * 10n ** BigInt(scale - one.decimals)), scale };
}

/** A number as `units / 10^decimals`: 0.25 is 25 with 2 decimals, 5e-324 is 5 with 324 decimals. */
function decimalOf(number: number): { units: bigint; decimals: number } {
  const [mantissa, exponent = '0'] = String(number).split('e') as [string, string?];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  const decimals = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return decimals >= 0 ? { units, decimals } : { units: units * 10n ** BigInt(-decimals), decimals: 0 };
}
