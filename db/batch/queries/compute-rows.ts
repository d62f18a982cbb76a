import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import sql, { type Sql, join } from 'sql-template-tag';
import type { BatchTableDefinition } from '../../../domain/registry/definition.ts';
import type { Client, Pool } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { COMPUTED, makeComputed } from '../computed-rows.ts';
import { CopyOut } from './copy-out.ts';
import { inParts } from './in-parts.ts';
import { withLiterals } from './literals.ts';
import { invalidQuery, sessionProblem } from './query-problems.ts';
import { inQuerySession } from './query-session.ts';

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
  const columns = await makeComputed(client, table);
  const names = join(columns.map(({ name }) => ident(name)));
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
