import type {
  BatchRangeResult,
  BatchReceipt,
  BatchResult,
  BatchSettings,
  BatchState,
  BatchStatus,
} from '../../schemas/workflows/compute-batch-features.ts';
import type { PartitionTarget } from '../../schemas/workflows/stream-features.ts';
import { WorkflowProgress } from '../shared/progress.ts';

export const NOTHING_COMPUTED: BatchReceipt = { computed: 0, skipped: 0, rows: 0, changed: 0 };

/** How far the computation of a batch table is. */
export class BatchProgress extends WorkflowProgress<BatchState, BatchStatus> {
  #settings: BatchSettings | undefined;
  #totals: BatchReceipt;
  #behind: readonly PartitionTarget[] = [];

  constructor(totals: BatchReceipt) {
    super('starting');
    this.#totals = totals;
  }

  open(settings: BatchSettings): void {
    this.#settings = settings;
    this.showSource(settings.source);
  }

  waitFor(behind: readonly PartitionTarget[]): void {
    this.#behind = behind;
    this.show('waiting');
  }

  advance({ computed, skipped, rows, changed }: BatchReceipt): void {
    this.#totals = {
      computed: this.#totals.computed + computed,
      skipped: this.#totals.skipped + skipped,
      rows: this.#totals.rows + rows,
      changed: this.#totals.changed + changed,
    };
  }

  get totals(): BatchReceipt {
    return this.#totals;
  }

  /** The logical times that are neither computed nor skipped yet. */
  get left(): readonly string[] {
    return this.#settings?.times.slice(this.#totals.computed + this.#totals.skipped) ?? [];
  }

  override get status(): BatchStatus {
    return {
      table: this.#settings?.table ?? '',
      state: this.state,
      times: this.#settings?.times.length ?? 0,
      ...this.#totals,
      behind: this.state === 'waiting' ? this.#behind : [],
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
    const span = times.length === 1 ? times[0] : `${times.length} times from ${times[0]} to ${times.at(-1)}`;
    return [
      `**features.${table} as of ${span}: ${this.#sentence(this.#settings)}**`,
      '',
      `${computed} logical times computed, ${skipped} were up to date; they have ${rows} rows, of which ${changed} are new, changed or gone.`,
      '',
      ...this.status.behind.map(
        ({ partition, next, head }) =>
          `- partition ${partition}: read to offset ${next}, to be read to ${head}`,
      ),
    ].join('\n');
  }

  #sentence({ source, times, dueAtMs }: BatchSettings): string {
    switch (this.state) {
      case 'starting':
        return 'starting';
      case 'waiting':
        return this.#behind.length > 0
          ? `waiting until the stream of ${source} has passed ${times.at(-1)}; does it run?`
          : `waiting until ${new Date(dueAtMs).toISOString()}, when events may no longer be late`;
      case 'computing':
        return `computing ${this.left[0]}`;
      case 'done':
        return 'done';
    }
  }
}
