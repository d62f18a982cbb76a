import { join } from 'node:path';
import { wantedSpan, writeWantedKeys } from '../../../adapters/duckdb/as-of-join.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { MirrorFiles } from '../../../adapters/files/mirror-files.ts';
import { dataRoots } from '../../../config/data-roots.ts';
import type { Client } from '../../../db/sql/client.ts';
import { isMirrorUsable } from '../../../db/training/mirror/mirror-rows.ts';
import {
  type MirroredTable,
  type TableChunk,
  describeMirrored,
} from '../../../db/training/mirror/mirrored-table.ts';
import { formatDuration } from '../../../domain/time/duration.ts';
import { formatInstant } from '../../../domain/time/instant.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { KnowledgeCut, TrainingSetWay } from '../../../domain/training/manifest.ts';
import { chunksWithin, whyNotMirrored } from '../../../domain/training/mirror/mirror-choice.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import type { VersionsRead } from '../../../domain/training/versions-read.ts';
import type { LookupReading, RowsReading } from './build-explanation.ts';

/** A build of which a lookup is explained. */
export interface ExplainedBuild {
  /** Has the spine. */
  readonly connection: DuckDb;
  /** Has a snapshot. */
  readonly client: Client;
  readonly columns: readonly SpineColumn[];
  readonly scratch: string;
  readonly knowledge: KnowledgeCut;
  readonly way: TrainingSetWay;
}

/** Tells how a build would read the rows of a lookup, from the catalogue of Postgres and the mirrors of this host. */
export async function explainReading(
  plan: LookupPlan,
  versions: VersionsRead,
  build: ExplainedBuild,
): Promise<LookupReading> {
  const { connection, client, columns, scratch, way } = build;
  const { table, lookupKeys, lookback, availableAfter } = plan;
  const mirrored = await describeMirrored(client, plan);
  const span = await wantedSpan(connection, plan, columns);
  const chunks = chunksWithin(mirrored.chunks, span);
  const wanted = await writeWantedKeys(connection, plan, columns, join(scratch, 'wanted.csv'));
  const why = whyNotMirrored({ chunks, wanted, keys: mirrored.keys });
  return {
    table,
    lookupKeys,
    lookback: lookback === null ? null : formatDuration(lookback),
    availableAfter: formatDuration(availableAfter),
    columns: plan.features.map(({ as }) => as),
    keys: { wanted, there: mirrored.keys },
    from: lookback === null ? null : formatInstant(span.earliest),
    to: formatInstant(span.latest),
    chunks: sizeOf(chunks),
    read:
      versions.which === 'all'
        ? { by: 'all-versions', why: way === 'latest' ? 'published' : 'way' }
        : why
          ? { by: 'wanted-keys', why }
          : await mirrorReading(mirrored, chunks, build),
  };
}

function sizeOf(chunks: readonly TableChunk[]): LookupReading['chunks'] {
  const isCounted = chunks.every(({ rows }) => rows !== null);
  return {
    count: chunks.length,
    bytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: isCounted ? chunks.reduce((sum, { rows }) => sum + rows!, 0) : null,
  };
}

async function mirrorReading(
  mirrored: MirroredTable,
  chunks: readonly TableChunk[],
  { client, knowledge }: ExplainedBuild,
): Promise<RowsReading> {
  const cut = { sequence: BigInt(knowledge.sequence) };
  const files = await new MirrorFiles(dataRoots().kept, mirrored.identity).list();
  const missing: TableChunk[] = [];
  let since = cut.sequence;
  for (const chunk of chunks) {
    const file = files.get(chunk.from);
    if (!file || !(await isMirrorUsable(client, mirrored, file, cut))) missing.push(chunk);
    else if (file.sequence < since) since = file.sequence;
  }
  return {
    by: 'mirror',
    held: chunks.length - missing.length,
    copied: missing.length,
    copiedBytes: sizeOf(missing).bytes,
    since: since < cut.sequence ? String(since) : null,
  };
}
