import type {
  CorrectionOutcome,
  ImpactResult,
  MeasuredImpact,
  OpenedImpact,
  TrainingSetImpact,
} from '../../schemas/workflows/assess-impact.ts';
import { WorkflowProgress } from '../shared/progress.ts';

type ImpactState = 'starting' | 'measuring' | 'touched' | 'untouched';

const NOTHING: ImpactResult = {
  question: null,
  merged: 0,
  changed: [],
  trainingSets: [],
  unread: [],
  outcomes: [],
};

/** What a correction is known to touch so far. */
export class ImpactProgress extends WorkflowProgress<ImpactState, ImpactResult> {
  #result = NOTHING;

  constructor() {
    super('starting');
  }

  override get status(): ImpactResult {
    return this.#result;
  }

  open({ question }: OpenedImpact): void {
    this.#result = { ...this.#result, question };
    this.show('measuring');
  }

  advance({ merged, changed, trainingSets, unread }: MeasuredImpact): void {
    const before = this.#result;
    this.#result = {
      ...before,
      merged: Math.max(before.merged, merged),
      changed: [...before.changed, ...changed],
      trainingSets: [...before.trainingSets, ...trainingSets],
      unread: [...before.unread, ...unread],
    };
    this.show('measuring');
  }

  conclude(outcome: CorrectionOutcome): void {
    this.#result = { ...this.#result, outcomes: [...this.#result.outcomes, outcome] };
    this.show('measuring');
  }

  end(): void {
    this.show(this.#result.trainingSets.length > 0 ? 'touched' : 'untouched');
  }

  protected override describe(): string {
    const { changed, trainingSets, unread, outcomes } = this.#result;
    return [
      `**${this.#subject()}: ${trainingSets.length} training sets touched**`,
      '',
      ...changed.map(({ table, rows, created, removed }) => {
        return `- ${table}: ${rows} rows, of which ${created} new and ${removed} gone`;
      }),
      ...trainingSets.map(touchedText),
      ...unread.map(({ id, why }) => `- \`${id}\` was not looked at: ${why}`),
      ...outcomes.map(outcomeText),
    ].join('\n');
  }

  #subject(): string {
    const { question, merged } = this.#result;
    switch (question?.kind) {
      case undefined:
        return 'checking the input';
      case 'late':
        return `a backfill of ${question.table} would merge ${merged} late events`;
      case 'writes':
        return `writes ${BigInt(question.after) + 1n} to ${question.through}`;
      case 'assessment':
        return `what was written up to write ${question.through}`;
    }
  }
}

function touchedText({ id, name, rows, of, models, rule }: TrainingSetImpact): string {
  const trained = models.length === 0 ? '' : `; trained on it: ${models.join(', ')}`;
  return `- ${name} \`${id}\`: ${rows} of ${of} rows${trained}; its rule is ${rule}`;
}

function outcomeText({ trainingSetId, rebuilt, trainings, note }: CorrectionOutcome): string {
  const built = rebuilt === null ? 'not built again' : `built again as \`${rebuilt}\``;
  const trained = trainings.map((id) => `, trains in ${id}`);
  return `- \`${trainingSetId}\`: ${built}${trained.join('')}${note === null ? '' : `; ${note}`}`;
}
