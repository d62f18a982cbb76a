import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { OnlineState, OnlineStatus, SyncReceipt } from '../../schemas/workflows/refresh-online-table.ts';
import { AsofState } from '../shared/search-attributes.ts';

/** What outlives continue-as-new. */
export interface CarriedOnlineProgress extends Pick<OnlineStatus, 'syncs' | 'keys' | 'rows' | 'last'> {
  readonly paused: boolean;
  readonly draining: boolean;
}

export const NOTHING_PUBLISHED: CarriedOnlineProgress = {
  syncs: 0,
  keys: 0,
  rows: 0,
  last: null,
  paused: false,
  draining: false,
};

/** Where the refresh of an online table stands, for the status query and for the workflow's page in the Web UI. */
export class OnlineProgress {
  #status: OnlineStatus;

  constructor({ syncs, keys, rows, last }: CarriedOnlineProgress) {
    this.#status = { table: '', state: 'starting', syncs, keys, rows, last, nextSyncAt: null };
  }

  get status(): OnlineStatus {
    return this.#status;
  }

  /** Enters a state, and says so on the workflow's page. */
  show(state: OnlineState, change: Partial<OnlineStatus> = {}): void {
    if (state !== this.#status.state) upsertSearchAttributes([{ key: AsofState, value: state }]);
    this.#status = { ...this.#status, nextSyncAt: null, ...change, state };
    setCurrentDetails(this.#describe());
  }

  add(receipt: SyncReceipt): void {
    const { syncs, keys, rows } = this.#status;
    this.#status = {
      ...this.#status,
      syncs: syncs + 1,
      keys: keys + receipt.keys,
      rows: rows + receipt.rows,
      last: receipt,
    };
  }

  /** The status in words, as Markdown. */
  #describe(): string {
    const { table, syncs, keys, rows, last } = this.#status;
    const readable = last
      ? `Readable since ${last.publishedAt}: what was committed up to sequence ${last.sequence} (sync ${last.sync}).`
      : 'Nothing was published yet.';
    return [
      `**${table} ${this.#sentence()}**`,
      '',
      `${syncs} syncs published ${keys} keys, ${rows} rows. ${readable}`,
    ].join('\n');
  }

  #sentence(): string {
    switch (this.#status.state) {
      case 'starting':
        return 'is checking its input';
      case 'syncing':
        return 'is being synced';
      case 'waiting':
        return `is up to date; the next sync is due at ${this.#status.nextSyncAt}`;
      case 'paused':
        return 'is paused; signal resume to go on';
      case 'done':
        return 'is published; done';
    }
  }
}
