import type { RetentionTask } from '../../domain/retention/retention.ts';
import type {
  Removal,
  RetentionReceipt,
  RetentionResult,
  RetentionSettings,
  RetentionStatus,
} from '../../schemas/workflows/apply-retention.ts';
import { WorkflowProgress } from '../shared/progress.ts';

type RetentionState = 'starting' | 'removing' | 'done';

/** How far a retention run is, and what it has removed so far. */
export class RetentionProgress extends WorkflowProgress<RetentionState, RetentionStatus> {
  #settings: RetentionSettings = { dryRun: false, at: '', tasks: [] };
  #removals: readonly Removal[] = [];
  #current: RetentionTask | null = null;

  constructor() {
    super('starting');
  }

  open(settings: RetentionSettings): void {
    this.#settings = settings;
    this.show('removing');
  }

  begin(task: RetentionTask): void {
    this.#current = task;
    this.#removals = [...this.#removals, { ...task, before: null, removed: 0, held: null }];
    this.show('removing');
  }

  advance({ removed, before, held }: RetentionReceipt): void {
    const last = this.#removals.at(-1)!;
    this.#removals = [
      ...this.#removals.slice(0, -1),
      { ...last, before, held, removed: last.removed + removed },
    ];
    this.show('removing');
  }

  end(): void {
    this.#current = null;
    this.show('done');
  }

  get result(): RetentionResult {
    return { dryRun: this.#settings.dryRun, at: this.#settings.at, removals: this.#removals };
  }

  override get status(): RetentionStatus {
    return { ...this.result, current: this.#current, tasks: this.#settings.tasks.length };
  }

  protected override describe(): string {
    const { dryRun, at, tasks } = this.#settings;
    if (tasks.length === 0) return '**no definition has a retention**';
    return [
      `**as of ${at}: ${this.#removals.length} of ${tasks.length}${dryRun ? ', a dry run' : ''}**`,
      '',
      ...this.#removals.map(({ retained, name, before, removed, held }) => {
        const stays = held ? `; ${held.rows} stay: ${held.why}` : '';
        return `- ${retained} of ${name} before ${before ?? 'now'}: ${removed} ${dryRun ? 'to remove' : 'removed'}${stays}`;
      }),
    ].join('\n');
  }
}
