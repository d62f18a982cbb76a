import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Namespace } from '../../domain/namespace.ts';
import { type Pool, type Queryable, inTransaction } from '../sql/client.ts';
import { isMissingTable } from '../sql/missing-table.ts';
import { recordMade } from './made.ts';

/** What a database says of the deployment that it holds. */
export interface Deployment {
  readonly id: string;
  /** Null before the first `apply`. */
  readonly namespace: string | null;
  /** Whether a reset began and has not ended. */
  readonly isResetting: boolean;
}

/** The deployment of the database. Undefined before its first migration to this version. */
export async function findDeployment(db: Queryable): Promise<Deployment | undefined> {
  const query = sql`SELECT id, namespace, resetting_since IS NOT NULL AS "isResetting" FROM asof.deployment`;
  try {
    return (await db.query<Deployment>(query)).rows[0];
  } catch (error) {
    if (isMissingTable(error, 'asof.deployment')) return undefined;
    throw error;
  }
}

/**
 * The deployment of the database, as {@link findDeployment}.
 *
 * @throws AsofError `ASOF_NAMESPACE_DIFFERS` if the database was applied in another namespace: what it made
 * has other names.
 */
export async function expectNamespace(db: Queryable, { name }: Namespace): Promise<Deployment | undefined> {
  const deployment = await findDeployment(db);
  const own = deployment?.namespace ?? name;
  if (own === name) return deployment;
  throw new AsofError(
    'ASOF_NAMESPACE_DIFFERS',
    `this database belongs to namespace '${own}', and the command runs in '${name}'; set ASOF_NAMESPACE=${own}, or name another database with DATABASE_URL`,
    { details: { own, given: name } },
  );
}

/**
 * The deployment of a process that works on it.
 *
 * @throws AsofError `ASOF_NAMESPACE_DIFFERS`; `ASOF_RESET_UNFINISHED` while half of it is deleted. Undefined
 * before the first `apply`.
 */
export async function openDeployment(db: Queryable, namespace: Namespace): Promise<Deployment | undefined> {
  const deployment = await expectNamespace(db, namespace);
  if (!deployment?.isResetting) return deployment;
  throw new AsofError(
    'ASOF_RESET_UNFINISHED',
    'a reset of this deployment was interrupted, and part of it is deleted; finish it with: npx asof reset --yes (or npx asof apply, which finishes it first)',
  );
}

/** Gives the deployment its namespace, at its first `apply`. */
export async function recordNamespace(db: Queryable, { name }: Namespace): Promise<void> {
  await db.query(sql`UPDATE asof.deployment SET namespace = ${name} WHERE namespace IS NULL`);
}

/**
 * Records that a reset has begun, and the topics that it deletes, so that whoever finishes it deletes the same.
 * Its end drops these records with all others.
 */
export async function recordReset(pool: Pool, topics: readonly string[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await recordMade(client, 'topic', topics);
    await client.query(sql`
      UPDATE asof.deployment SET resetting_since = now() WHERE resetting_since IS NULL`);
  });
}
