import type {
  BackfillCounts,
  BackfillReceipt,
  BackfillResult,
  BackfillSettings,
  BackfillState,
  BackfillStatus,
} from '../../schemas/workflows/backfill-features.ts';
import { WorkflowProgress } from '../shared/progress.ts';

export const NOTHING_BACKFILLED: BackfillCounts = { chunks: 0, filled: 0, merged: 0, rows: 0 };

/** How far a backfill is. */
export class BackfillProgress extends WorkflowProgress<BackfillState, BackfillStatus> {
  #settings: BackfillSettings | undefined;
  #counts: BackfillCounts;
  #reached: string | null = null;
  #end: string | null = null;

  constructor(counts: BackfillCounts) {
    super('starting');
    this.#counts = counts;
  }

  open(settings: BackfillSettings): void {
    this.#settings = settings;
    this.showSource(settings.source);
  }

  protected override entered(): void {
    this.#reached = null;
    this.#end = null;
  }

  advance({ counts, reached, end }: BackfillReceipt): void {
    const { chunks, filled, merged, rows } = this.#counts;
    this.#counts = {
      chunks: chunks + counts.chunks,
      filled: filled + counts.filled,
      merged: merged + counts.merged,
      rows: rows + counts.rows,
    };
    this.#reached = reached ?? this.#reached;
    this.#end = end ?? this.#end;
    this.show(this.state);
  }

  get counts(): BackfillCounts {
    return this.#counts;
  }

  override get status(): BackfillStatus {
    return {
      table: this.#settings?.table ?? '',
      state: this.state,
      ...this.#counts,
      reached: this.#reached,
      end: this.#end,
      kept: this.#settings?.kept ?? 0,
    };
  }

  result({ table, from, to, late, lost }: BackfillSettings): BackfillResult {
    return { table, from, to, late, ...this.#counts, lost };
  }

  protected override describe(): string {
    if (!this.#settings) return '**checking the input**';
    const { chunks, filled, merged, rows } = this.#counts;
    return [
      `**features.${this.#settings.table}: ${this.#sentence(this.#settings)}**`,
      '',
      `${chunks} chunks: filled from ${filled} raw events, ${merged} late events merged; ${rows} rows new or changed.`,
    ].join('\n');
  }

  #sentence({ kept }: BackfillSettings): string {
    switch (this.state) {
      case 'starting':
        return 'starting';
      case 'filling':
        return this.#end === null
          ? 'looking for a past to fill in'
          : `filled up to ${this.#reached}, going to ${this.#end}`;
      case 'merging':
        return `merging ${kept} late events${this.#reached === null ? '' : `, at ${this.#reached}`}`;
      case 'done':
        return 'done';
    }
  }
}
