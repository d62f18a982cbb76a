import type {
  OnlineSettings,
  OnlineState,
  OnlineStatus,
  SyncReceipt,
} from '../../schemas/workflows/refresh-online-table.ts';
import { WorkflowProgress } from '../shared/progress.ts';

type Published = Pick<OnlineStatus, 'syncs' | 'keys' | 'rows' | 'last'>;

/** What a workflow run hands to the next run when it continues as new. */
export interface OnlineContinuation extends Published {
  readonly paused: boolean;
  readonly draining: boolean;
}

export const NOTHING_PUBLISHED: OnlineContinuation = {
  syncs: 0,
  keys: 0,
  rows: 0,
  last: null,
  paused: false,
  draining: false,
};

/** How far the refresh of an online table is. */
export class OnlineProgress extends WorkflowProgress<OnlineState, OnlineStatus> {
  /** Empty until the input has been checked. */
  #table = '';
  #mode: OnlineSettings['mode'] | null = null;
  #published: Published;
  #nextSyncAt: Date | null = null;

  constructor({ syncs, keys, rows, last }: OnlineContinuation) {
    super('starting');
    this.#published = { syncs, keys, rows, last };
  }

  open({ table, mode }: OnlineSettings): void {
    this.#table = table;
    this.#mode = mode;
    this.show('starting');
  }

  waitUntil(due: Date): void {
    this.#nextSyncAt = due;
    this.show('waiting');
  }

  add(receipt: SyncReceipt): void {
    const { syncs, keys, rows } = this.#published;
    this.#published = {
      syncs: syncs + 1,
      keys: keys + receipt.keys,
      rows: rows + receipt.rows,
      last: receipt,
    };
  }

  get continuation(): Published {
    return this.#published;
  }

  override get status(): OnlineStatus {
    const nextSyncAt = this.state === 'waiting' ? this.#nextSyncAt!.toISOString() : null;
    return { table: this.#table, mode: this.#mode, state: this.state, ...this.#published, nextSyncAt };
  }

  protected override describe(): string {
    const { syncs, keys, rows, last } = this.#published;
    const readable = last
      ? `Readable since ${last.publishedAt}: what was committed up to sequence ${last.sequence} (sync ${last.sync}).`
      : 'Nothing was published yet.';
    return [
      `**${this.#table} ${this.#sentence()}**`,
      '',
      `${syncs} syncs published ${keys} keys, ${rows} rows. ${readable}`,
    ].join('\n');
  }

  #sentence(): string {
    switch (this.state) {
      case 'starting':
        return 'is checking its input';
      case 'syncing':
        return 'is being synced';
      case 'waiting':
        return `is up to date; the next sync is due at ${this.status.nextSyncAt}`;
      case 'paused':
        return 'is paused; signal resume to go on';
      case 'done':
        return 'is published; done';
    }
  }
}
