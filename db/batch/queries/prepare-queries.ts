import { type Pool, inTransaction } from '../../sql/client.ts';
import { ensureQueryLogin } from './ensure-query-login.ts';
import { givenQueryRole, inQuerySession } from './query-session.ts';

/**
 * Makes the role that batch queries log in as, unless it is there, and lets it log in once.
 *
 * @throws AsofError `ASOF_QUERY_ROLE_MISSING`, `ASOF_QUERY_ROLE_UNFIT`, `ASOF_QUERY_LOGIN_REFUSED`.
 */
export async function prepareQueries(pool: Pool): Promise<void> {
  const given = await givenQueryRole(pool);
  await inTransaction(pool, (client) => ensureQueryLogin(client, given));
  await inTransaction(pool, (client) => inQuerySession(pool, client, async () => {}));
}
