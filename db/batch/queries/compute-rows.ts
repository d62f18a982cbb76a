import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { BatchTableDefinition } from '../../../domain/registry/definition.ts';
import type { Client, Pool } from '../../sql/client.ts';
import { FEATURE_COLUMNS } from '../../sql/column-types.ts';
import { ident } from '../../sql/identifier.ts';
import { CopyOut } from './copy-out.ts';
import { inParts } from './in-parts.ts';
import { withLiterals } from './literals.ts';
import { invalidQuery, sessionProblem } from './query-problems.ts';
import { inQuerySession } from './query-session.ts';

/** Where the rows of a query are until its transaction ends: they may be too many for the memory of this process. */
export const COMPUTED = ident('pg_temp', 'computed');

/**
 * Runs the query of a batch table in a session of its own, and puts its rows into {@link COMPUTED}.
 *
 * @param client a transaction, whose moment the query sees.
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID` when the query fails.
 */
export async function computeRows(
  { pool, client }: { readonly pool: Pool; readonly client: Client },
  table: BatchTableDefinition,
  query: Sql,
  what: string,
): Promise<void> {
  const columns = [
    ...table.primaryKeys.map((name) => ({ name, type: 'text' })),
    ...table.features.map(({ name, type }) => ({ name, type: FEATURE_COLUMNS[type] })),
  ];
  const names = join(columns.map(({ name }) => ident(name)));
  await client.query(sql`
    CREATE TEMP TABLE ${raw(COMPUTED.text)} (${join(columns.map(({ name, type }) => sql`${ident(name)} ${raw(type)}`))}) ON COMMIT DROP`);
  const copy = sql`COPY (SELECT ${names} FROM (${query}) AS query) TO STDOUT`;
  await inQuerySession(pool, client, async (session) => {
    try {
      const lines = session.query(new CopyOut(withLiterals(copy)));
      for await (const part of inParts(lines)) await keep(client, part);
    } catch (error) {
      const invalid = (problem: string, cause: unknown) => invalidQuery(table, `${what}: ${problem}`, cause);
      throw sessionProblem(error, { session, longest: pool.queries.longest, invalid });
    }
  });
}

/** A transaction that hears nothing for long is ended by the server. */
async function keep(client: Client, part: readonly Buffer[]): Promise<void> {
  if (part.length === 0) await client.query('SELECT');
  else await pipeline(Readable.from(part), client.query(copyFrom(`COPY ${COMPUTED.text} FROM STDIN`)));
}
