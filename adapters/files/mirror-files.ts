import { createHash, randomUUID } from 'node:crypto';
import { copyFile, link, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeOwnFolder } from './own-folder.ts';
import { sha256OfFile } from './sha256-of-file.ts';

/** The most that all mirrors of a host take, in bytes. Those that were used last stay. */
const MOST_BYTES = 20 * 2 ** 30;

/** The mirror of a chunk of a feature table. */
export interface MirrorFile {
  readonly path: string;
  /** The start of the chunk. */
  readonly from: bigint;
  /** The write up to which it holds, and when that became known. */
  readonly sequence: bigint;
  readonly knownAt: bigint;
}

const NAME = /^(-?\d+)_(\d+)_(-?\d+)_([0-9a-f]{64})\.parquet$/;

/** The mirrors of one relation, which only the owner of Asof's files can enter. A cache: any of them may go. */
export class MirrorFiles {
  readonly #root: string;
  readonly #folder: string;

  /** @param identity tells the relation from every other one. */
  constructor(kept: string, identity: string) {
    this.#root = join(kept, 'mirrors');
    this.#folder = join(this.#root, createHash('sha256').update(identity).digest('hex').slice(0, 32));
  }

  /** The mirrors that are there, for each chunk the one that holds up to the latest write. */
  async list(): Promise<Map<bigint, MirrorFile>> {
    const names = await readdir(this.#folder).catch(() => []);
    const latest = new Map<bigint, MirrorFile>();
    for (const name of names) {
      const parts = NAME.exec(name);
      if (!parts) continue;
      const [from, sequence, knownAt] = parts.slice(1, 4).map(BigInt) as [bigint, bigint, bigint];
      if ((latest.get(from)?.sequence ?? -1n) >= sequence) continue;
      latest.set(from, { path: join(this.#folder, name), from, sequence, knownAt });
    }
    return latest;
  }

  /**
   * Takes a mirror to read: links it into a folder on the same disk, where no other build deletes it. Deletes one
   * whose bytes are not those that were written.
   *
   * @returns the path to read; undefined if there is no such mirror any more.
   */
  async take({ path }: MirrorFile, folder: string): Promise<string | undefined> {
    const linked = join(folder, `${randomUUID()}.parquet`);
    try {
      const isLinked = await link(path, linked).then(() => true, unlessOfAnotherDisk);
      const taken = isLinked ? linked : path;
      if ((await sha256OfFile(taken)) !== NAME.exec(basename(path))![4]) {
        await rm(path, { force: true });
        return undefined;
      }
      await utimes(taken, new Date(), new Date());
      return taken;
    } catch {
      return undefined;
    }
  }

  /** Keeps a copy of a written mirror, and deletes older ones of its chunk. */
  async keep(written: string, { from, sequence, knownAt }: Omit<MirrorFile, 'path'>): Promise<void> {
    for (const folder of [dirname(this.#root), this.#root, this.#folder]) await makeOwnFolder(folder);
    const draft = join(this.#folder, `.${randomUUID()}`);
    const name = `${from}_${sequence}_${knownAt}_${await sha256OfFile(written)}.parquet`;
    try {
      const isLinked = await link(written, draft).then(() => true, unlessOfAnotherDisk);
      if (!isLinked) await copyFile(written, draft);
      await rename(draft, join(this.#folder, name));
    } finally {
      await rm(draft, { force: true });
    }
    for (const other of await readdir(this.#folder)) {
      const [, chunk, sequenceOfOther] = NAME.exec(other) ?? [];
      if (chunk === String(from) && BigInt(sequenceOfOther!) <= sequence && other !== name)
        await rm(join(this.#folder, other), { force: true });
    }
  }

  /** Deletes the mirrors that were used longest ago, until all take no more than they may. */
  async bound(most = MOST_BYTES): Promise<void> {
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          const found = await stat(path).catch(() => undefined);
          return { path, bytes: found?.size ?? 0, used: found?.mtimeMs ?? 0 };
        }),
    );
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files.sort((a, b) => a.used - b.used)) {
      if (bytes <= most) return;
      await rm(file.path, { force: true });
      bytes -= file.bytes;
    }
  }
}

function unlessOfAnotherDisk(error: NodeJS.ErrnoException): false {
  if (error.code === 'EXDEV') return false;
  throw error;
}
