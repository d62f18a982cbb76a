import { AsofError } from '../../../domain/errors/asof-error.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { CopyOut } from './copy-out.ts';
import { inParts } from './in-parts.ts';
import { sessionProblem } from './query-problems.ts';
import { inQuerySession } from './query-session.ts';

const RIGHTS = 'it may read the events and the reference tables that batch tables declare, and nothing else';

/**
 * Runs a query that gives a spine, as the role of batch queries and within its limits: in a session of its own
 * that only reads.
 *
 * @param take gets the rows as CSV with a heading. Times are in UTC, nulls are empty.
 * @throws AsofError `ASOF_SPINE_QUERY_INVALID`, `ASOF_QUERY_ROLE_MISSING`, `ASOF_QUERY_LOGIN_REFUSED`,
 * `ASOF_QUERY_ROLE_UNFIT`; whatever `take` throws.
 */
export function readQuery<Result>(
  pool: Pool,
  query: string,
  take: (csv: AsyncIterable<Buffer>) => Promise<Result>,
): Promise<Result> {
  const text = `COPY (\n${query.replace(/[\s;]+$/, '')}\n) TO STDOUT (FORMAT csv, HEADER)`;
  return inTransaction(pool, (client) =>
    inQuerySession(pool, client, (session) => {
      const limits = { session, longest: pool.queries.longest, rights: RIGHTS, invalid };
      return take(
        csvOf(
          () => session.query(new CopyOut(text)),
          client,
          (error) => sessionProblem(error, limits),
        ),
      );
    }),
  );
}

/**
 * What a query sends. It starts when somebody reads, so that its failure meets a reader. The transaction that
 * lends its snapshot says that it is there: the server ends one that is silent for long.
 */
async function* csvOf(
  start: () => AsyncIterable<Buffer>,
  client: Client,
  problem: (error: unknown) => unknown,
): AsyncGenerator<Buffer> {
  try {
    for await (const part of inParts(start())) {
      await client.query('SELECT');
      yield* part;
    }
  } catch (error) {
    throw problem(error);
  }
}

function invalid(problem: string, cause: unknown): AsofError {
  return new AsofError(
    'ASOF_SPINE_QUERY_INVALID',
    `the query for the spine fails: ${problem}. Nothing was built; correct the query`,
    { cause },
  );
}
