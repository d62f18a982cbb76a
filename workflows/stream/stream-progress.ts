import { ReadingRate, roughly, secondsToRead } from '../../domain/stream/reading-rate.ts';
import {
  type CountsByName,
  NO_COUNTS,
  type StreamCounts,
  addCounts,
} from '../../domain/stream/stream-counts.ts';
import type {
  FailedFill,
  PartitionTarget,
  ShardReceipt,
  StreamSettings,
  StreamState,
  StreamStatus,
} from '../../schemas/workflows/stream-features.ts';
import { WorkflowProgress } from '../shared/progress.ts';
import type { FailedFills } from './table-fills.ts';

/** What a workflow run hands to the next run when it continues as new. */
export interface StreamContinuation {
  readonly totals: StreamCounts;
  readonly triggers: number;
  readonly newestRecordAt: string | null;
  /** By partition: the number of records that the next micro-batch of its shard takes. */
  readonly maxRecords?: Readonly<Record<number, number>>;
  readonly failedFills?: FailedFills;
  readonly paused: boolean;
  readonly draining: boolean;
}

export const FIRST_RUN: StreamContinuation = {
  totals: NO_COUNTS,
  triggers: 0,
  newestRecordAt: null,
  paused: false,
  draining: false,
};

/** How far a stream is. */
export class StreamProgress extends WorkflowProgress<StreamState, StreamStatus> {
  /** Empty until the input has been checked. */
  #source = '';
  #totals: StreamCounts;
  #triggers: number;
  #newestRecordAt: string | null;
  readonly #rate = new ReadingRate();
  #nextTriggerAt: Date | null = null;
  #partitions: readonly PartitionTarget[] = [];
  readonly #maxRecords: Record<number, number>;
  #failedFills: readonly FailedFill[] = [];
  #failedFields: string | null = null;

  constructor({ totals, triggers, newestRecordAt, maxRecords }: StreamContinuation) {
    super('starting');
    this.#totals = { ...NO_COUNTS, ...totals };
    this.#triggers = triggers;
    this.#newestRecordAt = newestRecordAt;
    this.#maxRecords = { ...maxRecords };
  }

  get continuation(): Omit<StreamContinuation, 'failedFills' | 'paused' | 'draining'> {
    return {
      totals: this.#totals,
      triggers: this.#triggers,
      newestRecordAt: this.#newestRecordAt,
      maxRecords: this.#maxRecords,
    };
  }

  open({ source }: StreamSettings): void {
    this.#source = source;
    this.showSource(source);
  }

  protected override entered(): void {
    this.#rate.start(Date.now());
  }

  /** Starts a round of the trigger, with the offsets to read to. */
  plan(targets: readonly PartitionTarget[]): void {
    this.#triggers += 1;
    this.#partitions = targets;
  }

  /** Shows the fills that have failed. */
  showFailed(fills: readonly FailedFill[]): void {
    this.#failedFills = fills;
    this.show(this.state);
  }

  /** Shows why the fill of the source's new fields failed; null if it did not. */
  showFailedFields(failed: string | null): void {
    this.#failedFields = failed;
    this.show(this.state);
  }

  waitUntil(due: Date): void {
    this.#nextTriggerAt = due;
    this.show('waiting');
  }

  advance({ counts, targets, newestRecordAt, maxRecords }: ShardReceipt): void {
    if (maxRecords !== undefined)
      for (const { partition } of targets) this.#maxRecords[partition] = maxRecords;
    this.#totals = addCounts(this.#totals, { ...NO_COUNTS, ...counts });
    this.#rate.add(Date.now(), counts.records);
    if ((newestRecordAt ?? '') > (this.#newestRecordAt ?? '')) this.#newestRecordAt = newestRecordAt;
    this.#partitions = this.#partitions.map(
      (known) => targets.find(({ partition }) => partition === known.partition) ?? known,
    );
  }

  /** The number of records with which a shard of the partitions begins: the least that one of them had. */
  maxRecordsOf(targets: readonly PartitionTarget[], most: number): number {
    return Math.min(most, ...targets.map(({ partition }) => this.#maxRecords[partition] ?? most));
  }

  get partitions(): readonly PartitionTarget[] {
    return this.#partitions;
  }

  /** The partitions that are not at their target yet. */
  get behind(): PartitionTarget[] {
    return this.#partitions.filter(({ next, head }) => BigInt(next) < BigInt(head));
  }

  override get status(): StreamStatus {
    const lag = this.behind.reduce((sum, { next, head }) => sum + Number(BigInt(head) - BigInt(next)), 0);
    return {
      source: this.#source,
      state: this.state,
      totals: this.#totals,
      lag,
      rate: this.#rate.perSecond,
      secondsToHead: secondsToRead(lag, this.#rate.perSecond),
      newestRecordAt: this.#newestRecordAt,
      partitions: this.#partitions,
      triggers: this.#triggers,
      nextTriggerAt: this.state === 'waiting' ? this.#nextTriggerAt!.toISOString() : null,
      failedFills: this.#failedFills,
      failedFields: this.#failedFields,
    };
  }

  protected override describe(): string {
    const { microBatches, records, raw, duplicates, deadLetters, unstorable, skipped } = this.#totals;
    const { invalidFields, late, rows, approximateRows } = this.#totals;
    const repeats = duplicates > 0 ? `, of which ${duplicates} are duplicates` : '';
    const refused = unstorable > 0 ? `, of which the database refused ${unstorable} as events` : '';
    const limited =
      approximateRows > 0
        ? `, ${approximateRows} of them with features beyond the limit of exact values`
        : '';
    return [
      `**${this.#source} ${this.#sentence()}**`,
      '',
      `${microBatches} micro-batches took ${records} records: ${raw} raw events${repeats}, ${deadLetters} dead letters${refused}${skipped > 0 ? `, ${skipped} not for the source` : ''}; ` +
        `${late} events were late for a window; ${rows} window rows written${limited}.${this.#pace()}`,
      ...invalidSentences(invalidFields),
      '',
      ...this.#partitions.map(
        ({ partition, next, head }) => `- partition ${partition}: next offset ${next}, head ${head}`,
      ),
      ...this.#failedFills.map(
        ({ table, reason }) => `- **the fill of features.${table} failed**: ${reason}`,
      ),
      ...(this.#failedFields === null ? [] : [`- **the fill of new fields failed**: ${this.#failedFields}`]),
    ].join('\n');
  }

  #pace(): string {
    const { rate, newestRecordAt } = this.status;
    const pace = rate === null ? '' : ` Lately ${Math.round(rate)} records/s.`;
    return newestRecordAt === null ? pace : `${pace} The newest came to Kafka at ${newestRecordAt}.`;
  }

  #sentence(): string {
    const { lag, secondsToHead } = this.status;
    const eta = lag > 0 && secondsToHead !== null ? `, at the head in about ${roughly(secondsToHead)}` : '';
    switch (this.state) {
      case 'starting':
        return 'is checking its input';
      case 'reading':
        return `is being read, ${lag} records behind${eta}`;
      case 'following':
        return `is being followed, ${lag} records behind${eta}`;
      case 'draining':
        return `is draining: ${lag} records to go${eta}, then done`;
      case 'waiting':
        return `is caught up; the next micro-batch is due at ${this.status.nextTriggerAt}`;
      case 'paused':
        return `is paused, ${lag} records behind when last looked; signal resume to go on`;
      case 'filling':
        return 'is read to the head; a table that joined it later, or a new field, is still being filled';
      case 'done':
        return 'is read to the head; done';
    }
  }
}

function invalidSentences(invalidFields: CountsByName): string[] {
  const fields = Object.entries(invalidFields).map(([field, count]) => `${field} ${count} times`);
  return fields.length === 0
    ? []
    : ['', `Values that did not fit their fields became null: ${fields.join(', ')}.`];
}
