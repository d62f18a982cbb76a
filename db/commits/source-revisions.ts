import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Client } from '../sql/client.ts';

/** How often the definitions that a source's records meet have changed, as a decimal text. */
export type SourceRevision = string;

/**
 * Keeps the source's definitions as they are until this transaction ends. Must be the transaction's first step: who
 * changes definitions waits here for those who hold them, and they must not wait for him.
 *
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict) when they are no longer those of `revision`.
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

/** Does work that loads definitions, and does it again for as long as they change under it. */
export async function withCurrentDefinitions<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AsofError && error.code === 'ASOF_DEFINITIONS_CHANGED')) throw error;
    }
  }
}

/** Keeps every writer of a source's out until this transaction ends, though nothing changes for them. Its first step. */
export async function keepWritersOut(client: Client, source: string): Promise<void> {
  await client.query(
    sql`SELECT pg_advisory_xact_lock(hashtextextended('asof.source_revision ' || ${source}, 0))`,
  );
}

/**
 * Says that what the sources' records meet changes with this transaction, and keeps every writer of theirs out until it
 * ends. Must be the transaction's first step.
 */
export async function raiseRevisions(client: Client, sources: Iterable<string>): Promise<void> {
  for (const source of [...new Set(sources)].sort()) {
    await client.query(sql`SELECT asof.raise_source_revision(${source})`);
  }
}
