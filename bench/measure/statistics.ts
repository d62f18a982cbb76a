export function median(values: readonly number[]): number {
  return centile(values, 0.5);
}

/** The smallest value that at least this share of the values does not exceed. NaN without values. */
export function centile(values: readonly number[], share: number): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? NaN;
}

/** A straight line fitted to points by least squares. */
export interface Fit {
  readonly intercept: number;
  readonly slope: number;
  /** The slope's standard error. A slope of less than two standard errors is not significant. */
  readonly error: number;
}

export function fitLine(points: readonly (readonly [x: number, y: number])[]): Fit {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const intercept = meanY - slope * meanX;
  const residuals = points.reduce((sum, [x, y]) => sum + (y - intercept - slope * x) ** 2, 0);
  return { intercept, slope, error: Math.sqrt(residuals / (count - 2) / spread) };
}
