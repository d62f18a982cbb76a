import { generationsInUse } from '../../../domain/online/generation.ts';
import {
  decodeGenerations,
  decodePointer,
  encodeGenerations,
  encodePointer,
} from '../../../domain/online/online-encoding.ts';
import { type OnlineRow } from '../../../domain/online/online-row.ts';
import { type Pointer, publicationAsOf } from '../../../domain/online/publication.ts';
import { visibleRow } from '../../../domain/online/visible-row.ts';
import type { Published, RowVersion } from '../../oracle/served.ts';

/** The database and the online store in memory. What a key holds follows the rules of the engine. */
export class OnlineStore {
  readonly versions: RowVersion[] = [];
  readonly published: Published[] = [];
  readonly #availableAfter: bigint;
  readonly #values = new Map<string, string>();
  #pointer: string | undefined;

  constructor(availableAfter: bigint) {
    this.#availableAfter = availableAfter;
  }

  get sequence(): number {
    return this.versions.at(-1)?.sequence ?? 0;
  }

  /** Runs one sync. With `diesAfter`, the sync dies after it has written that many keys. */
  sync(now: bigint, { whole, diesAfter }: { whole: boolean; diesAfter: number | null }): void {
    const pointer = this.#readPointer();
    const sync = (pointer?.current.sync ?? 0) + 1;
    const after = pointer && !whole ? Number(pointer.current.sequence) : 0;
    const changed = this.versions.filter(({ sequence }) => sequence > after).map(({ key }) => key);
    let written = 0;
    for (const key of new Set(changed)) {
      if (written === diesAfter) return;
      this.#write(key, sync, now, pointer);
      written += 1;
    }
    if (diesAfter !== null) return;
    const current = {
      sync,
      since: pointer && !whole ? pointer.current.since : sync,
      syncId: String(sync),
      sequence: String(this.sequence),
      publishedAt: now,
      availableAfter: this.#availableAfter,
      features: ['f'],
    };
    this.#pointer = encodePointer({ current, previous: pointer?.current ?? null });
    this.published.push({ sequence: this.sequence, at: now });
  }

  read(key: string, asOf: bigint, lookback: bigint | null): OnlineRow | 'unpublished' | undefined {
    const pointer = this.#readPointer();
    const publication = pointer && publicationAsOf(pointer, asOf);
    if (!publication) return 'unpublished';
    return visibleRow(decodeGenerations(this.#values.get(key) ?? '[]'), publication, asOf, lookback);
  }

  #readPointer(): Pointer | undefined {
    return this.#pointer === undefined ? undefined : decodePointer(this.#pointer);
  }

  /**
   * Writes the current rows of a key from the last closed one on, as `db/online/changed-keys.ts` selects
   * them.
   */
  #write(key: string, sync: number, now: bigint, pointer: Pointer | undefined): void {
    const current = new Map<bigint, OnlineRow>();
    for (const { key: owner, featureTs, sequence, values } of this.versions)
      if (owner === key) current.set(featureTs, { featureTs, version: String(sequence), values });
    const newestFirst = [...current.values()].sort((a, b) => (a.featureTs < b.featureTs ? 1 : -1));
    const closed = newestFirst.find(({ featureTs }) => featureTs + this.#availableAfter <= now);
    const rows = newestFirst.filter(({ featureTs }) => !closed || featureTs >= closed.featureTs);
    const stored = decodeGenerations(this.#values.get(key) ?? '[]');
    this.#values.set(key, encodeGenerations([{ sync, rows }, ...generationsInUse(stored, pointer)]));
  }
}
