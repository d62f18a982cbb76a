import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import sql from 'sql-template-tag';
import type { TrainingSetManifest } from '../../domain/training/manifest.ts';
import { holdHistory } from '../commits/history-lock.ts';
import { inTransaction } from '../sql/client.ts';
import type { Pool, Queryable } from '../sql/client.ts';

/** The length of a row hash (SHA-256) in bytes. */
const HASH_BYTES = 32;

/**
 * The id of a training set, made from its content. Equal rows from the same spine and the same definitions
 * give the same id, whenever the training set was built and whatever was written later.
 */
export function trainingSetId(manifest: TrainingSetManifest): string {
  const { format, trainingSet, way, spine, definitions, schema, rows, sha256 } = manifest;
  const content = {
    format,
    trainingSet,
    way,
    spine: { columns: spine.columns, sha256: spine.sha256 },
    definitions: definitions.map(({ kind, name, sha256 }) => ({ kind, name, sha256 })),
    schema,
    rows,
    sha256,
  };
  return `ts_${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)}`;
}

/**
 * Registers a training set with the hashes of its rows, and publishes its file, in one transaction. If the id
 * is registered already, the manifest stays: its knowledge cut and its hashes hold for the same rows.
 *
 * @param hashesPath a file that holds the row hashes, one after the other.
 * @param publish moves the rows to `path`. It runs last, so that no file exists without its record.
 * @throws AsofError `ASOF_HISTORY_REMOVED` (conflict) when retention has removed row versions that the
 * training set was built from.
 */
export async function recordTrainingSet(
  pool: Pool,
  { id, manifest, path, host }: Pick<StoredTrainingSet, 'id' | 'manifest' | 'path' | 'host'>,
  hashesPath: string,
  publish: () => Promise<void>,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await holdHistory(client, manifest);
    const { rows } = await client.query<{ inserted: boolean }>(sql`
      INSERT INTO asof.training_sets (id, name, manifest, rows, sha256, path, host)
      VALUES (${id}, ${manifest.trainingSet}, ${JSON.stringify(manifest)}, ${manifest.rows}, ${manifest.sha256}, ${path}, ${host})
      ON CONFLICT (id) DO UPDATE SET path = excluded.path, host = excluded.host
      RETURNING (xmax = 0) AS inserted`);
    if (rows[0]!.inserted) {
      const copy = client.query(copyFrom('COPY asof.training_set_rows FROM STDIN'));
      await pipeline(Readable.from(hashLines(id, hashesPath)), copy);
    }
    await publish();
  });
}

/** The lines of `asof.training_set_rows` in the text format of COPY. */
async function* hashLines(id: string, path: string): AsyncGenerator<string> {
  let row = 0;
  for await (const bytes of createReadStream(path, { highWaterMark: HASH_BYTES * 2048 })) {
    const hashes = bytes as Buffer;
    let lines = '';
    for (let start = 0; start < hashes.length; start += HASH_BYTES) {
      lines += `${id}\t${row}\t\\\\x${hashes.toString('hex', start, start + HASH_BYTES)}\n`;
      row += 1;
    }
    yield lines;
  }
}

/** A built training set as the database has it. */
export interface StoredTrainingSet {
  readonly id: string;
  readonly name: string;
  readonly manifest: TrainingSetManifest;
  readonly rows: number;
  readonly sha256: string;
  readonly path: string;
  /** The host on which `path` is. Null if it was written before hosts were told apart. */
  readonly host: string | null;
}

/** A built training set by its id; undefined if there is none. */
export async function findTrainingSet(db: Queryable, id: string): Promise<StoredTrainingSet | undefined> {
  const { rows } = await db.query<StoredTrainingSet>(sql`
    SELECT id, name, manifest, rows::float8 AS rows, sha256, path, host FROM asof.training_sets WHERE id = ${id}`);
  return rows[0];
}
