import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Client } from '../sql/client.ts';
import { type OnLockWait, lockPatiently } from '../sql/patient-lock.ts';

/** The revision of a source, as a decimal text. */
export type SourceRevision = string;

/**
 * Holds the revision of a source until the transaction ends. Must be the first step of the transaction: a
 * transaction that raises the revision waits for all that hold it, so none of these may wait for a lock of
 * that transaction.
 *
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict) when the revision is no longer `revision`.
 */
export async function holdRevision(client: Client, source: string, revision: SourceRevision): Promise<void> {
  const { rows } = await client.query<{ revision: SourceRevision }>(
    sql`SELECT asof.hold_source_revision(${source}) AS revision`,
  );
  const now = rows[0]!.revision;
  if (now === revision) return;
  throw new AsofError(
    'ASOF_DEFINITIONS_CHANGED',
    `the definitions of '${source}' or of its stream tables changed meanwhile; nothing was written, load them again`,
    { details: { source, revision, now } },
  );
}

/** Runs work that loads definitions, and runs it again whenever it fails because they have changed. */
export async function withCurrentDefinitions<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AsofError && error.code === 'ASOF_DEFINITIONS_CHANGED')) throw error;
    }
  }
}

/**
 * Blocks every writer of a source until the transaction ends, without a new revision. Must be the first step
 * of the transaction. Waits for the writers for as long as they get on.
 */
export async function keepWritersOut(client: Client, source: string, onWait?: OnLockWait): Promise<void> {
  await lockPatiently(client, `asof.source_revision ${source}`, onWait);
}

/**
 * Raises the revisions of some sources, and blocks all their writers until the transaction ends. Must be the
 * first step of the transaction. Waits for the writers for as long as they get on.
 */
export async function raiseRevisions(
  client: Client,
  sources: Iterable<string>,
  onWait?: OnLockWait,
): Promise<void> {
  for (const source of [...new Set(sources)].sort()) {
    await keepWritersOut(client, source, onWait);
    await client.query(sql`SELECT asof.raise_source_revision(${source})`);
  }
}
