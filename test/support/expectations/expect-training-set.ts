import { expect } from 'vitest';
import { CHURN_FEATURES } from '../../oracle/churn.ts';
import type { Oracle } from '../../oracle/oracle.ts';
import type { Value } from '../../oracle/training-set.ts';
import { type BuiltSet, type Reference, readBuiltSet, readSpine } from './built-set.ts';

/**
 * Expects every row of a built set to equal a brute-force lookup in the rows that the oracle computes from
 * the topic's log. Resolves to the features, row by row.
 */
export async function expectTrainingSet(
  set: BuiltSet,
  expected: Oracle,
  reference: Reference,
): Promise<Value[][]> {
  const [heading] = await readSpine(set.spine);
  const { columns, rows, differences } = await readBuiltSet(set, expected, reference);
  expect(columns).toEqual([...heading!, ...CHURN_FEATURES]);
  expect(differences.slice(0, 5)).toEqual([]);
  return rows.map((row) => row.slice(heading!.length));
}
