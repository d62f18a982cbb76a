import { hash } from 'node:crypto';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { readParquet } from '../../../adapters/duckdb/training-set-file.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { readBlocks } from '../../../db/training/training-set-blocks.ts';
import { readRowHashes } from '../../../db/training/training-set-rows.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import { BLOCK_ROWS, type HashedBlock } from '../../../domain/training/canonical-columns.ts';
import { MIX_BYTES, RowMix } from '../../../domain/training/row-mix.ts';
import { reportAlive } from '../../shared/progress.ts';
import { hashBlocks } from '../hash-blocks.ts';
import { RowsHash } from '../rows-hash.ts';
import { SetHash, type SetHashes, type WrittenRows, spinePlaces } from '../set-hash.ts';

/** The most rows whose values are shown. */
const ROWS_SHOWN = 20;

/** The hashes of a set that was built again, and what they say of those that are kept. */
export interface ComparedHashes extends SetHashes {
  readonly rows: number;
  /** The number of rows that differ. */
  readonly differing: number;
  /** The first rows that differ. */
  readonly differingRows: readonly number[];
  /** The columns that differ in some row. Undefined: the hashes of the format tell rows alone. */
  readonly differingColumns: readonly string[] | undefined;
}

/** Hashes a set that was built again, by the format of the stored one, and compares it with what is kept of that. */
export function compareHashes(
  systems: { readonly connection: DuckDb; readonly pool: Pool },
  stored: StoredTrainingSet,
  again: WrittenRows,
): Promise<ComparedHashes> {
  const compare = stored.manifest.format === 1 ? compareRows : compareBlocks;
  return compare(systems, stored, again);
}

async function compareBlocks(
  { connection, pool }: { readonly connection: DuckDb; readonly pool: Pool },
  { id, manifest }: StoredTrainingSet,
  written: WrittenRows,
): Promise<ComparedHashes> {
  const hash = new SetHash(written);
  const kept = readBlocks(pool, id);
  const found = new Differing();
  const columns = new Set<number>();
  for await (const block of hashBlocks(connection, written, new RowMix(manifest.salt, BLOCK_ROWS))) {
    hash.add(block.columns);
    const next = await kept.next();
    const before = next.done ? undefined : next.value;
    for (const at of differingColumns(block, before)) columns.add(at);
    found.addBlock(block, before);
    reportAlive();
  }
  return {
    ...found.counts(),
    ...hash.digest(),
    differingColumns: [...columns].sort((a, b) => a - b).map((at) => written.schema[at]!.name),
  };
}

function differingColumns(block: HashedBlock, before: HashedBlock | undefined): number[] {
  const isSame = (digest: Uint8Array, at: number): boolean =>
    before?.columns[at] !== undefined && Buffer.compare(digest, before.columns[at]) === 0;
  return block.columns.flatMap((digest, at) => (isSame(digest, at) ? [] : [at]));
}

/** Counts rows, and those that differ. */
class Differing {
  #rows = 0;
  #differing = 0;
  readonly #first: number[] = [];

  addBlock(block: HashedBlock, before: HashedBlock | undefined): void {
    for (let at = 0; at < block.rows.length; at += MIX_BYTES) {
      const mix = block.rows.subarray(at, at + MIX_BYTES);
      const kept = before?.rows.subarray(at, at + MIX_BYTES);
      this.add(kept !== undefined && Buffer.compare(mix, kept) === 0);
    }
  }

  add(isSame: boolean): void {
    if (!isSame) {
      this.#differing += 1;
      if (this.#first.length < ROWS_SHOWN) this.#first.push(this.#rows);
    }
    this.#rows += 1;
  }

  counts() {
    return { rows: this.#rows, differing: this.#differing, differingRows: this.#first };
  }
}

/** Format 1: a SHA-256 of each row, and of all. */
async function compareRows(
  { connection, pool }: { readonly connection: DuckDb; readonly pool: Pool },
  { id, manifest }: StoredTrainingSet,
  written: WrittenRows,
): Promise<ComparedHashes> {
  const places = spinePlaces(written);
  const whole = new RowsHash();
  const spine = new RowsHash();
  const kept = readRowHashes(pool, id);
  const found = new Differing();
  for await (const part of readParquet(connection, written.schema, written.path)) {
    for (const row of part) {
      const salted = hash('sha256', manifest.salt + whole.add(row), 'buffer');
      spine.add(places.map((at) => row[at]!));
      const next = await kept.next();
      found.add(!next.done && Buffer.compare(salted, next.value) === 0);
    }
    reportAlive();
  }
  return {
    ...found.counts(),
    sha256: whole.digest(),
    spineSha256: spine.digest(),
    differingColumns: undefined,
  };
}
