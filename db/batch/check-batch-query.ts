import pg from 'pg';
import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import type { Client } from '../sql/client.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
import { batchQuery } from './batch-query.ts';
import type { Batch } from './load-batch.ts';

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * Checks that the server accepts the query of a batch table, and that its columns are those of the
 * definition. The relations that the query reads must exist.
 *
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID`, with every column that differs from the definition.
 */
export async function checkBatchQuery(client: Client, batch: Batch): Promise<void> {
  const { table } = batch;
  const { fields } = await client
    .query(sql`SELECT * FROM (${batchQuery(batch, 0n, new Map())}) AS result LIMIT 0`)
    .catch((error: unknown) => {
      throw queryProblem(error, table, 'its query cannot be used');
    });
  const { rows } = await client.query<{ type: string }>(sql`
    SELECT format_type(oid, NULL) AS type
    FROM unnest(${fields.map(({ dataTypeID }) => dataTypeID)}::oid[]) WITH ORDINALITY AS column_types (oid, ordinal)
    ORDER BY ordinal`);
  const problems = columnProblems(
    table,
    fields.map(({ name }, index) => ({ name, type: rows[index]!.type })),
  );
  if (problems.length > 0)
    throw invalid(table, `the columns of its query are not those of the table: ${problems.join('; ')}`);
}

function columnProblems({ primaryKeys, features }: BatchTableDefinition, got: readonly Column[]): string[] {
  const wanted: Column[] = [
    ...primaryKeys.map((name) => ({ name, type: 'text' })),
    ...features.map(({ name, type }) => ({ name, type: FEATURE_COLUMNS[type] })),
  ];
  const names = got.map(({ name }) => name);
  return [
    ...wanted.flatMap(({ name, type }) => {
      const column = got.find((candidate) => candidate.name === name);
      if (!column) return [`'${name}' is missing`];
      return column.type === type ? [] : [`'${name}' is ${column.type}, expected ${type}: cast it`];
    }),
    ...names
      .filter((name) => !wanted.some((column) => column.name === name))
      .map((name) => `'${name}' is neither a primary key nor a feature`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `'${name}' comes twice`),
  ];
}

/** The classes of SQLSTATE that blame the query or its result, and not the server. */
const QUERY_PROBLEM = /^(?:0A|21|22|23|42)/;

/**
 * The error to report for a failed query of a batch table: `ASOF_BATCH_QUERY_INVALID` if the query is to
 * blame, else the error itself.
 *
 * @param what the beginning of the message: what failed.
 */
export function queryProblem(error: unknown, table: BatchTableDefinition, what: string): unknown {
  if (!(error instanceof pg.DatabaseError) || !QUERY_PROBLEM.test(error.code ?? '')) return error;
  return invalid(
    table,
    `${what}: ${[error.message, error.detail, error.hint].filter(Boolean).join('; ')}`,
    error,
  );
}

function invalid({ name }: BatchTableDefinition, problem: string, cause?: unknown): AsofError {
  return new AsofError(
    'ASOF_BATCH_QUERY_INVALID',
    `batch table '${name}': ${problem}. Correct its sql, and run: npx asof apply`,
    { details: { table: name }, cause },
  );
}
