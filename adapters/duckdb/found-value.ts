import type { LookedUpFeature } from '../../domain/training/lookup-plan.ts';
import { literal } from './sql-text.ts';

/** The SQL of a feature's value in what a lookup found: the default where it found no row. */
export function foundValue(found: string, { type, default: otherwise }: LookedUpFeature, at: number): string {
  const value = `${found}.f${at}`;
  const field = type === 'double' ? withoutMinusZero(value) : value;
  return otherwise === null
    ? field
    : `CASE WHEN ${found}.n IS NULL THEN ${literal(otherwise)} ELSE ${field} END`;
}

/** Writes −0 as 0. Parquet's dictionaries treat both as one value and store the one that comes first. */
export function withoutMinusZero(field: string): string {
  return `CASE WHEN ${field} = 0 THEN 0 ELSE ${field} END`;
}
