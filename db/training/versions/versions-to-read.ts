import { AsofError } from '../../../domain/errors/asof-error.ts';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { TrainingSetWay } from '../../../domain/training/manifest.ts';
import type { VersionsRead } from '../../../domain/training/versions-read.ts';
import type { Queryable } from '../../sql/client.ts';
import { lastPublished } from '../published-at.ts';
import { type PrunedTable, prunedTables } from './whole-history.ts';

/** The lookups of a build, and the versions that each reads. */
export interface LookupsRead {
  readonly plans: readonly LookupPlan[];
  readonly versions: readonly VersionsRead[];
}

/** A build that is about to read feature rows. */
export interface ReadingBuild {
  readonly way: TrainingSetWay;
  readonly plans: readonly LookupPlan[];
  /** The earliest observation timestamp of the spine. */
  readonly earliest: Instant;
  /** The knowledge cut, a sequence. */
  readonly cut: string;
  /** Whether a table that was never published gives no rows, instead of an error. */
  readonly allowMissing: boolean;
}

/**
 * Which versions each lookup of a build reads. A set `latest` reads all versions only of tables that were published,
 * to say how it differs from what was served.
 *
 * @throws AsofError `ASOF_HISTORY_INCOMPLETE`, `ASOF_TABLE_NOT_PUBLISHED`.
 */
export async function versionsToRead(db: Queryable, build: ReadingBuild): Promise<VersionsRead[]> {
  const { way, plans, earliest, cut } = build;
  const tables = plans.map(({ table }) => table);
  const lastSyncs = await lastPublished(db, tables);
  if (way === 'as-served' && !build.allowMissing) refuseUnpublished(tables, lastSyncs);
  const pruned = await prunedTables(db, tables, earliest);
  if (way !== 'latest') refusePruned(pruned, earliest);
  return lastSyncs.map((lastSync, at) => {
    const isPruned = pruned.some(({ table }) => table === tables[at]);
    return way === 'latest' && (lastSync === 0 || isPruned)
      ? { which: 'current' }
      : { which: 'all', cut, lastSync };
  });
}

/**
 * Requires the versions of some tables to be there that could be read as of a moment or later.
 *
 * @throws AsofError `ASOF_HISTORY_INCOMPLETE`.
 */
export async function requireWholeHistory(
  db: Queryable,
  tables: readonly string[],
  earliest: Instant,
): Promise<void> {
  refusePruned(await prunedTables(db, tables, earliest), earliest);
}

function refusePruned([first]: readonly PrunedTable[], earliest: Instant): void {
  if (!first) return;
  const [from, asOf] = [formatInstant(first.wholeFrom), formatInstant(earliest)];
  throw new AsofError(
    'ASOF_HISTORY_INCOMPLETE',
    `retention has removed versions from history.${first.table} that were current before ${from}, and the spine asks ` +
      `what was known or served as of ${asOf}. Leave out the rows before ${from}, or build the set as latest`,
    { details: { table: first.table, wholeFrom: from, earliest: asOf } },
  );
}

function refuseUnpublished(tables: readonly string[], lastSyncs: readonly number[]): void {
  const unpublished = tables.filter((_, at) => lastSyncs[at] === 0);
  if (unpublished.length === 0) return;
  throw new AsofError(
    'ASOF_TABLE_NOT_PUBLISHED',
    `as-served asks what the online tables had published, and ${unpublished.join(', ')} never was published. Build the set as ` +
      'latest or as-known, or allow look-ups without rows with --allow-missing (allowMissing in a program or a workflow)',
    { details: { tables: unpublished } },
  );
}
