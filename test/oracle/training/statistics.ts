/** The mean of some numbers. */
export function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

export function deviationOf(numbers: readonly number[]): number {
  const mean = meanOf(numbers);
  return Math.sqrt(meanOf(numbers.map((number) => (number - mean) ** 2)));
}

/** The first of the sorted numbers that at least a share of them are not above. */
export function quantileOf(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}

/** The texts with how often they occur, the most frequent first, then by their bytes. */
export function frequencies(texts: readonly string[]): [text: string, count: number][] {
  const different = [...new Set(texts)];
  const counted = different.map(
    (text) => [text, texts.filter((other) => other === text).length] as [string, number],
  );
  return counted.sort(([a, of], [b, other]) => other - of || Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
