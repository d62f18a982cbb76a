import type {
  BatchRangeResult,
  BatchReceipt,
  BatchResult,
  BatchSettings,
  BatchState,
  BatchStatus,
  StreamWait,
  TaskReceipt,
  TimeFailures,
} from '../../schemas/workflows/compute-batch-features.ts';
import { WorkflowProgress } from '../shared/progress.ts';

export const NOTHING_COMPUTED: TaskReceipt = { computed: 0, skipped: 0, rows: 0, changed: 0, failed: null };

/** What the computation waits for: the clock, or the stream. */
type Wait = { readonly until: Date } | StreamWait;

/** How far the computation of a batch table is. */
export class BatchProgress extends WorkflowProgress<BatchState, BatchStatus> {
  #settings: BatchSettings | undefined;
  #totals: BatchReceipt;
  #failed: TimeFailures | null;
  #wait: Wait | undefined;

  constructor({ failed, ...totals }: TaskReceipt) {
    super('starting');
    this.#totals = totals;
    this.#failed = failed;
  }

  open(settings: BatchSettings): void {
    this.#settings = settings;
    this.showSource(settings.source);
  }

  waitForClock(until: Date): void {
    this.#wait = { until };
    this.show('waiting');
  }

  waitForStream(wait: StreamWait): void {
    this.#wait = wait;
    this.show('waiting');
  }

  advance({ failed, computed, skipped, rows, changed }: TaskReceipt): void {
    this.#totals = {
      computed: this.#totals.computed + computed,
      skipped: this.#totals.skipped + skipped,
      rows: this.#totals.rows + rows,
      changed: this.#totals.changed + changed,
    };
    if (failed) this.#failed = { ...(this.#failed ?? failed), count: this.#failedCount + failed.count };
  }

  get totals(): TaskReceipt {
    return { ...this.#totals, failed: this.#failed };
  }

  /** The logical times that are not done yet. */
  get left(): readonly string[] {
    const { computed, skipped } = this.#totals;
    return this.#settings?.times.slice(computed + skipped + this.#failedCount) ?? [];
  }

  get #failedCount(): number {
    return this.#failed?.count ?? 0;
  }

  override get status(): BatchStatus {
    return {
      table: this.#settings?.table ?? '',
      state: this.state,
      times: this.#settings?.times.length ?? 0,
      ...this.#totals,
      failed: this.#failedCount,
      behind: this.state === 'waiting' && this.#wait && 'at' in this.#wait ? (this.#wait.behind ?? []) : [],
    };
  }

  result({ table, times, range, again }: BatchSettings): BatchResult | BatchRangeResult {
    if (range) return { table, ...range, again, ...this.#totals };
    const { rows, changed } = this.#totals;
    return { table, at: times[0]!, rows, changed };
  }

  protected override describe(): string {
    if (!this.#settings) return '**checking the input**';
    const { table, times } = this.#settings;
    const { computed, skipped, rows, changed } = this.#totals;
    return [
      `**features.${table} as of ${spanOf(times)}: ${this.#sentence(this.#settings)}**`,
      '',
      `${computed} logical times computed, ${skipped} were up to date; they have ${rows} rows, of which ${changed} are new, changed or gone.`,
      ...(this.#failed
        ? [
            '',
            `${this.#failedCount} could not be computed, the first at ${this.#failed.at}: ${this.#failed.message}`,
          ]
        : []),
      '',
      ...this.status.behind.map(
        ({ partition, next, head }) =>
          `- partition ${partition}: read to offset ${next}, to be read to ${head}`,
      ),
    ].join('\n');
  }

  #sentence({ source }: BatchSettings): string {
    switch (this.state) {
      case 'starting':
        return 'starting';
      case 'waiting':
        return 'at' in this.#wait!
          ? `waiting until the stream of ${source} has passed ${this.#wait.at}; does it run?`
          : `waiting until ${this.#wait!.until.toISOString()}, when events may no longer be late`;
      case 'computing':
        return `computing ${this.left[0]}`;
      case 'done':
        return 'done';
    }
  }
}

function spanOf(times: readonly string[]): string {
  if (times.length === 0) return 'no time, since the schedule has none left';
  return times.length === 1 ? times[0]! : `${times.length} times from ${times[0]} to ${times.at(-1)}`;
}
