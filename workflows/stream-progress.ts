import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { addCounts, NO_COUNTS, type StreamCounts } from '../domain/stream-counts.ts';
import type { PartitionTarget, ShardReceipt, StreamState, StreamStatus } from '../schemas/stream-features.ts';
import { AsofState } from './search-attributes.ts';

/** What outlives continue-as-new. */
export interface CarriedProgress {
  readonly totals: StreamCounts;
  readonly triggers: number;
  readonly paused: boolean;
  readonly draining: boolean;
}

export const NOTHING_CARRIED: CarriedProgress = {
  totals: NO_COUNTS,
  triggers: 0,
  paused: false,
  draining: false,
};

/** Where a stream stands, for the status query and for the workflow's page in the Web UI. */
export class StreamProgress {
  /** Empty until the input has been checked. */
  source = '';
  #state: StreamState = 'starting';
  #totals: StreamCounts;
  #triggers: number;
  #nextTriggerAt: Date | null = null;
  #partitions: readonly PartitionTarget[] = [];

  constructor({ totals, triggers }: CarriedProgress) {
    this.#totals = totals;
    this.#triggers = triggers;
  }

  get carried(): Pick<CarriedProgress, 'totals' | 'triggers'> {
    return { totals: this.#totals, triggers: this.#triggers };
  }

  /** Enters a state, and says so on the workflow's page. */
  show(state: StreamState): void {
    if (state !== this.#state) upsertSearchAttributes([{ key: AsofState, value: state }]);
    this.#state = state;
    setCurrentDetails(this.#describe());
  }

  /** The trigger has fired, and these are the offsets to read to. */
  plan(targets: readonly PartitionTarget[]): void {
    this.#triggers += 1;
    this.#partitions = targets;
  }

  waitUntil(due: Date): void {
    this.#nextTriggerAt = due;
    this.show('waiting');
  }

  advance({ counts, targets }: ShardReceipt): void {
    this.#totals = addCounts(this.#totals, counts);
    this.#partitions = this.#partitions.map(
      (known) => targets.find(({ partition }) => partition === known.partition) ?? known,
    );
  }

  /** Partitions that are not yet at their target. */
  get behind(): PartitionTarget[] {
    return this.#partitions.filter(({ next, head }) => BigInt(next) < BigInt(head));
  }

  get status(): StreamStatus {
    return {
      source: this.source,
      state: this.#state,
      totals: this.#totals,
      lag: this.behind.reduce((lag, { next, head }) => lag + Number(BigInt(head) - BigInt(next)), 0),
      partitions: this.#partitions,
      triggers: this.#triggers,
      nextTriggerAt: this.#state === 'waiting' ? this.#nextTriggerAt!.toISOString() : null,
    };
  }

  /** The status in words, as Markdown. */
  #describe(): string {
    const { microBatches, records, raw, deadLetters, late, rows } = this.#totals;
    return [
      `**${this.source} ${this.#sentence()}**`,
      '',
      `${microBatches} micro-batches took ${records} records: ${raw} raw events, ${deadLetters} dead letters; ` +
        `${late} events were late for a window; ${rows} window rows written.`,
      '',
      ...this.#partitions.map(
        ({ partition, next, head }) => `- partition ${partition}: next offset ${next}, head ${head}`,
      ),
    ].join('\n');
  }

  #sentence(): string {
    const { lag } = this.status;
    switch (this.#state) {
      case 'starting':
        return 'is checking its input';
      case 'reading':
        return `is being read, ${lag} records behind`;
      case 'draining':
        return `is draining: ${lag} records to go, then done`;
      case 'waiting':
        return `is caught up; the next micro-batch is due at ${this.status.nextTriggerAt}`;
      case 'paused':
        return `is paused, ${lag} records behind when last looked; signal resume to go on`;
      case 'done':
        return 'is read to the head; done';
    }
  }
}
