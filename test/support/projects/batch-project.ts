import { expect } from 'vitest';
import type { BatchTableDefinition } from '../../../domain/registry/definition.ts';
import { products } from '../../../examples/churn/definitions/products.ts';
import { transactionFeatures } from '../../../examples/churn/definitions/transaction-features.ts';
import { userProfileFeatures } from '../../../examples/churn/definitions/user-profile-features.ts';
import { users } from '../../../examples/churn/definitions/users.ts';
import { type BatchRow, type OracleProduct, type OracleUser, batchRows } from '../../oracle/batch.ts';
import { EXAMPLE, type OracleOptions } from '../../oracle/log.ts';
import { oracle } from '../../oracle/oracle.ts';
import { parseMicros as instantOf } from '../../oracle/time.ts';
import { readBatchRows } from '../expectations/batch-rows.ts';
import { readLog } from './log.ts';
import { type Project, type ProjectOverrides, withProject } from './project.ts';

/** What the oracle needs beside the topic. */
interface BatchOracleInput {
  readonly userRows?: readonly object[];
  readonly productRows?: readonly object[];
  readonly options?: OracleOptions;
}

/** Runs a test on a project that also has the example's reference and batch tables. */
export async function withBatchProject(
  overrides: ProjectOverrides,
  test: (project: Project) => Promise<void>,
): Promise<void> {
  await withProject(overrides, async (project) => {
    await applyAlso(project, [userProfileFeatures.definition, transactionFeatures.definition]);
    await test(project);
  });
}

/** Applies the example's reference tables and `tables`, on the project's source, beside its stream tables. */
export async function applyAlso(
  { asof, source }: Project,
  tables: readonly BatchTableDefinition[],
): Promise<void> {
  const existing = (await asof.definitions()).filter(
    ({ kind }) => kind.endsWith('source') || kind.startsWith('stream'),
  );
  await asof.apply([...existing, users, products, ...tables.map((table) => ({ ...table, source }))]);
}

export async function write({ asof }: Project, table: string, rows: readonly object[]): Promise<void> {
  await asof.writeTable(table, rows);
}

export async function readEvents({ asof, source }: Project): Promise<void> {
  await asof.stream(source).readToHead({ from: 'earliest' });
}

/**
 * Expects the rows of both batch tables, as of each of the logical times, to be those that the oracle
 * computes from the topic and from the rows of the reference tables. Resolves to all rows.
 */
export async function expectBatchOracle(
  { pool, kafka, source }: Project,
  times: readonly string[],
  { userRows = [], productRows = [], options = EXAMPLE }: BatchOracleInput = {},
): Promise<BatchRow[]> {
  const raw = oracle(await readLog(kafka, source), options).raw.filter(({ duplicate }) => !duplicate);
  const all: BatchRow[] = [];
  for (const time of times) {
    const expected = batchRows(
      raw,
      instants(userRows) as OracleUser[],
      instants(productRows) as OracleProduct[],
      instantOf(time)!,
    );
    expect(await readBatchRows(pool, time), time).toEqual(expected);
    all.push(...expected.values());
  }
  return all;
}

function instants(rows: readonly object[]): object[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'string' && /_at$|_from$/.test(name) ? instantOf(value) : value,
      ]),
    ),
  );
}
