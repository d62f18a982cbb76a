import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { RetentionTask } from '../../domain/retention/retention.ts';
import type {
  Removal,
  RetentionReceipt,
  RetentionResult,
  RetentionSettings,
  RetentionStatus,
} from '../../schemas/workflows/apply-retention.ts';
import { AsofState } from '../shared/search-attributes.ts';

/** What retention has removed so far, for the status query and for the workflow's page in the Web UI. */
export class RetentionProgress {
  #settings: RetentionSettings = { dryRun: false, at: '', tasks: [] };
  #removals: readonly Removal[] = [];
  #current: RetentionTask | null = null;

  open(settings: RetentionSettings): void {
    this.#settings = settings;
    upsertSearchAttributes([{ key: AsofState, value: 'removing' }]);
    setCurrentDetails(this.#describe());
  }

  begin(task: RetentionTask): void {
    this.#current = task;
    this.#removals = [...this.#removals, { ...task, before: null, removed: 0, kept: null }];
    setCurrentDetails(this.#describe());
  }

  advance({ removed, before, kept }: RetentionReceipt): void {
    const last = this.#removals.at(-1)!;
    this.#removals = [
      ...this.#removals.slice(0, -1),
      { ...last, before, kept, removed: last.removed + removed },
    ];
    setCurrentDetails(this.#describe());
  }

  end(): void {
    this.#current = null;
    upsertSearchAttributes([{ key: AsofState, value: 'done' }]);
    setCurrentDetails(this.#describe());
  }

  get result(): RetentionResult {
    return { dryRun: this.#settings.dryRun, at: this.#settings.at, removals: this.#removals };
  }

  get status(): RetentionStatus {
    return { ...this.result, current: this.#current, tasks: this.#settings.tasks.length };
  }

  /** The status in words, as Markdown. */
  #describe(): string {
    const { dryRun, at, tasks } = this.#settings;
    if (tasks.length === 0) return '**no definition has a retention**';
    return [
      `**as of ${at}: ${this.#removals.length} of ${tasks.length}${dryRun ? ', a dry run' : ''}**`,
      '',
      ...this.#removals.map(({ retained, name, before, removed, kept }) => {
        const stays = kept ? `; ${kept.rows} stay: ${kept.why}` : '';
        return `- ${retained} of ${name} before ${before ?? 'now'}: ${removed} ${dryRun ? 'to remove' : 'removed'}${stays}`;
      }),
    ].join('\n');
  }
}
