import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { wantedSpan } from '../../../adapters/duckdb/as-of-join.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { type MirroredCandidates, writeMirror } from '../../../adapters/duckdb/mirror.ts';
import { type MirrorFile, MirrorFiles } from '../../../adapters/files/mirror-files.ts';
import type { Client } from '../../../db/sql/client.ts';
import {
  copyChunk,
  copySupersededSince,
  copyWrittenSince,
  isMirrorUsable,
} from '../../../db/training/mirror/mirror-rows.ts';
import {
  type MirroredTable,
  type TableChunk,
  describeMirrored,
} from '../../../db/training/mirror/mirrored-table.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { KnowledgeCut } from '../../../domain/training/manifest.ts';
import { chunksWithin, whyNotMirrored } from '../../../domain/training/mirror/mirror-choice.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import type { BuildContext } from './build-context.ts';

/** When so many rows came since a mirror was made, the next build makes it again. */
const RENEWED_ROWS = 100_000;

/** A lookup that may read a mirror. */
export interface MirrorableLookup {
  readonly index: number;
  readonly plan: LookupPlan;
  /** The columns of the spine. */
  readonly columns: readonly SpineColumn[];
  /** The number of different keys that the spine looks up. */
  readonly wanted: number;
  readonly knowledge: KnowledgeCut;
}

export type MirrorContext = Pick<BuildContext, 'scratch' | 'kept' | 'mirrorFrom' | 'report' | 'signal'>;
type Sources = Omit<MirroredCandidates, 'index' | 'plan'>;

/**
 * Reads the table of a lookup through its mirror on this host: copies the chunks that it lacks, and what was
 * written since. All as of the knowledge cut of the client's snapshot.
 *
 * @returns undefined for a table that is not worth it, or whose rows are of writes that are not known.
 */
export async function mirrorLookup(
  client: Client,
  connection: DuckDb,
  lookup: MirrorableLookup,
  context: MirrorContext,
): Promise<Sources | undefined> {
  const { plan, columns, wanted, knowledge } = lookup;
  const mirrored = await describeMirrored(client, plan);
  const chunks = chunksWithin(mirrored.chunks, await wantedSpan(connection, plan, columns));
  const { keys } = mirrored;
  const { knownAt } = knowledge;
  const { mirrorFrom } = context;
  if (knownAt === null || whyNotMirrored({ chunks, wanted, keys, mirrorFrom })) return undefined;
  const cut = { sequence: BigInt(knowledge.sequence), knownAt: parseInstant(knownAt)! };
  const files = new MirrorFiles(context.kept, mirrored.identity);
  const filling = new Filling(client, connection, { mirrored, files, cut, lookup }, context);
  try {
    for (const chunk of chunks) await filling.add(chunk);
    return await filling.finish();
  } finally {
    await filling.settle();
  }
}

/** What a filling is about. */
interface Filled {
  readonly mirrored: MirroredTable;
  readonly files: MirrorFiles;
  readonly cut: Pick<MirrorFile, 'sequence' | 'knownAt'>;
  readonly lookup: MirrorableLookup;
}

/** Takes the mirrors of a table's chunks, and makes those that are missing, while the next chunk is copied. */
class Filling {
  readonly #client: Client;
  readonly #connection: DuckDb;
  readonly #filled: Filled;
  readonly #context: MirrorContext;
  readonly #mirrors: string[] = [];
  readonly #old: MirrorFile[] = [];
  #known: Map<bigint, MirrorFile> | undefined;
  #writing: Promise<boolean> = Promise.resolve(true);
  #copies = 0;

  constructor(client: Client, connection: DuckDb, filled: Filled, context: MirrorContext) {
    this.#client = client;
    this.#connection = connection;
    this.#filled = filled;
    this.#context = context;
  }

  async add(chunk: TableChunk): Promise<void> {
    this.#known ??= await this.#filled.files.list();
    const mirror = this.#known.get(chunk.from);
    const { mirrored, cut } = this.#filled;
    const taken =
      mirror && (await isMirrorUsable(this.#client, mirrored, mirror, cut))
        ? await this.#filled.files.take(mirror, this.#context.scratch)
        : undefined;
    if (!taken) return this.#copy(chunk);
    this.#mirrors.push(taken);
    this.#old.push(mirror!);
  }

  async finish(): Promise<Sources | undefined> {
    const { mirrored, files, cut, lookup } = this.#filled;
    const since = await this.#copySince();
    if (!(await this.#writing)) return undefined;
    if (this.#copies > 0) await files.bound();
    const isRenewed = since !== undefined && since.written.rows > RENEWED_ROWS;
    if (isRenewed)
      for (const { path, sequence } of this.#old)
        if (sequence < cut.sequence) await rm(path, { force: true });
    this.#context.report(`${lookup.plan.table}: mirrored`);
    return { columns: mirrored, mirrors: this.#mirrors, since };
  }

  /** Waits until nothing uses the connection to DuckDB any more, which is closed after a failure. */
  async settle(): Promise<void> {
    await this.#writing.catch(() => {});
  }

  async #copy(chunk: TableChunk): Promise<void> {
    const { mirrored, files, cut, lookup } = this.#filled;
    const { scratch, signal, report } = this.#context;
    const base = join(scratch, `mirror-${lookup.index}-${(this.#copies += 1)}`);
    report(`${lookup.plan.table}: copying a chunk of ${Math.round(chunk.bytes / 2 ** 20)} MiB`);
    const target = { path: `${base}.csv`, signal };
    const { longestRow } = await copyChunk(this.#client, lookup.plan.table, { mirrored, chunk }, target);
    const write = async (areKnown: boolean): Promise<boolean> => {
      if (!areKnown) return false;
      const path = `${base}.parquet`;
      const isKnown = await writeMirror(this.#connection, mirrored, { path: target.path, longestRow }, path);
      await rm(target.path);
      // A build does without a mirror that cannot be kept, say on a full disk.
      if (isKnown)
        await files
          .keep(path, { from: chunk.from, ...cut })
          .catch(() => report('a mirror could not be kept'));
      return isKnown;
    };
    this.#writing = this.#writing.then(write);
    this.#writing.catch(() => {}); // awaited at the end
    this.#mirrors.push(`${base}.parquet`);
  }

  async #copySince() {
    const { mirrored, cut, lookup } = this.#filled;
    const sequence = this.#old.reduce(
      (least, one) => (one.sequence < least ? one.sequence : least),
      cut.sequence,
    );
    if (sequence === cut.sequence) return undefined;
    const base = join(this.#context.scratch, `since-${lookup.index}`);
    const { signal } = this.#context;
    const what = { mirrored, sequence };
    const written = { path: `${base}-written.csv`, signal };
    const superseded = { path: `${base}-superseded.csv`, signal };
    const since = {
      written: {
        path: written.path,
        ...(await copyWrittenSince(this.#client, lookup.plan.table, what, written)),
      },
      superseded: {
        path: superseded.path,
        ...(await copySupersededSince(this.#client, lookup.plan.table, what, superseded)),
      },
    };
    return since.written.rows + since.superseded.rows === 0 ? undefined : since;
  }
}
