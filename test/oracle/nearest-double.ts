/**
 * The double nearest to `numerator / denominator` (above 0), found by trial. Of two equally near doubles, the
 * even one.
 */
export function nearestDouble(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n) return 0 - nearestDouble(-numerator, denominator);
  // Doubles from 0 on are in the order of their bits. Bisection finds the greatest that is not above the
  // quotient.
  let [below, above] = [0n, 0x7ff0000000000000n];
  while (above - below > 1n) {
    const middle = (below + above) / 2n;
    const [n, d] = fractionOf(middle);
    if (n * denominator <= numerator * d) below = middle;
    else above = middle;
  }
  const [n1, d1] = fractionOf(below);
  const [n2, d2] = fractionOf(above);
  // Compares twice the quotient with the sum of both neighbours.
  const difference = 2n * numerator * d1 * d2 - denominator * (n1 * d2 + n2 * d1);
  const isNearerToAbove = difference > 0n || (difference === 0n && below % 2n === 1n);
  return doubleOf(isNearerToAbove ? above : below);
}

function doubleOf(bits: bigint): number {
  return new Float64Array(BigUint64Array.of(bits).buffer)[0]!;
}

/** The double with these bits as a fraction. The double must not be negative. */
function fractionOf(bits: bigint): [bigint, bigint] {
  const exponent = bits >> 52n;
  const fraction = bits & 0xfffffffffffffn;
  const [mantissa, power] =
    exponent === 0n ? [fraction, -1074n] : [fraction + 0x10000000000000n, exponent - 1075n];
  return power >= 0n ? [mantissa << power, 1n] : [mantissa, 1n << -power];
}
