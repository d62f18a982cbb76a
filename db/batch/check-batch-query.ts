import type pg from 'pg';
import sql, { type Sql, join } from 'sql-template-tag';
import { MAX_KEY_BYTES } from '../../domain/log/key-length.ts';
import type { BatchTableDefinition, QueriedBatchTable } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import type { Client } from '../sql/client.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { asRole } from '../sql/roles/as-role.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { batchQuery } from './batch-query.ts';
import type { Batch } from './load-batch.ts';
import { withLiterals } from './queries/literals.ts';
import { readQueryLogin } from './queries/query-login.ts';
import { invalidQuery, queryProblem } from './queries/query-problems.ts';

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
export async function checkBatchQuery(client: Client, batch: Batch<QueriedBatchTable>): Promise<void> {
  const { table } = batch;
  const fields = await columnsOf(client, batchQuery(batch, 0n, new Map())).catch((error: unknown) => {
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
    throw invalidQuery(table, `the columns of its query are not those of the table: ${problems.join('; ')}`);
}

/**
 * The columns of a query, with the rights of the role that will run it. A cursor is planned and its rights are
 * checked when it is declared; nothing of the query runs.
 */
async function columnsOf(client: Client, query: Sql): Promise<pg.FieldDef[]> {
  const { role } = await readQueryLogin(client);
  // By the simple protocol, the text could end this statement and begin another.
  const declaration = {
    text: `DECLARE batch_query NO SCROLL CURSOR FOR ${withLiterals(query)}`,
    queryMode: 'extended',
  };
  return asRole(client, role, async () => {
    await client.query(declaration);
    return (await client.query('FETCH 0 FROM batch_query')).fields;
  });
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
  throw invalidQuery(table, problem);
}
