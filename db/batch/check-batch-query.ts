import pg from 'pg';
import sql, { join } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { shortened } from '../../domain/errors/shortened.ts';
import { MAX_KEY_BYTES } from '../../domain/log/key-length.ts';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import type { Client } from '../sql/client.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
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

/** The most characters of each text of the database: it repeats values of rows. */
const MAX_WORDS = 300;

/** The classes of SQLSTATE that blame the query or its result, and not the server. */
const QUERY_PROBLEM = /^(?:0A|21|22|23|42|54)/;

/**
 * The error to report for a failed query of a batch table: `ASOF_BATCH_QUERY_INVALID` if the query is to
 * blame, else the error itself.
 *
 * @param what the beginning of the message: what failed.
 */
export function queryProblem(error: unknown, table: BatchTableDefinition, what: string): unknown {
  if (!(error instanceof pg.DatabaseError) || !QUERY_PROBLEM.test(error.code ?? '')) return error;
  const words = [error.message, error.detail, error.hint].flatMap((text) =>
    text ? [shortened(text, MAX_WORDS)] : [],
  );
  return invalid(table, `${what}: ${words.join('; ')}`, error);
}

/**
 * Checks that no row of a logical time has a key that is too long.
 *
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID`, with the start of one of the keys.
 */
export async function refuseLongKeys(
  client: Client,
  table: BatchTableDefinition,
  at: Instant,
): Promise<void> {
  const { name, primaryKeys } = table;
  const key = sql`ARRAY[${join(primaryKeys.map((column) => ident(column)))}]`;
  const bytes = sql`(SELECT sum(octet_length(part)) FROM unnest(${key}) AS part)`;
  const { rows } = await client.query<{ start: string; bytes: number }>(sql`
    SELECT left(array_to_string(${key}, ' + '), 60) AS start, ${bytes}::float8 AS bytes FROM ${featuresOf(name)}
    WHERE feature_ts = ${toTimestamptz(at)} AND ${bytes} > ${MAX_KEY_BYTES} LIMIT 1`);
  const [long] = rows;
  if (!long) return;
  const problem = `${primaryKeys.join(' + ')} has ${long.bytes} bytes of UTF-8 in a row as of ${formatInstant(at)}, beginning '${long.start}'; a key has at most ${MAX_KEY_BYTES}`;
  throw invalid(table, problem);
}

function invalid({ name }: BatchTableDefinition, problem: string, cause?: unknown): AsofError {
  return new AsofError(
    'ASOF_BATCH_QUERY_INVALID',
    `batch table '${name}': ${problem}. Correct its sql, and run: npx asof apply`,
    { details: { table: name }, cause },
  );
}
