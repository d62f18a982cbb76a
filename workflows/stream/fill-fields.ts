import { continueAsNew, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  FieldFillCounts,
  FieldFillReceipt,
  FieldFillSettings,
  FieldFillState,
  FieldFillStatus,
  FillFieldsInput,
} from '../../schemas/workflows/fill-fields.ts';
import { longWork, question, untilDone } from '../shared/activity-options.ts';
import { shouldContinueAsNew } from '../shared/continue-as-new.ts';
import { WorkflowProgress } from '../shared/progress.ts';

const NOTHING_FILLED: FieldFillCounts = { records: 0, filled: 0 };

const { openFieldFill } = proxyActivities<Activities>(question);
const { fillFieldGaps } = proxyActivities<Activities>({ ...longWork, retry: untilDone });

/**
 * Gives the stored events of a source the fields that it has gained, from the records that Kafka still has, beside
 * the stream. The database stores how far each partition is, so a fill that dies or is repeated resumes there. At
 * the end the tables that have waited for the fields join their source.
 *
 * @param counts what the previous runs of the same workflow did. Users omit it.
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_SOURCE_UNKNOWN`, `ASOF_TOPIC_MISSING`,
 * `ASOF_TOPIC_RECREATED`.
 */
export async function fillFields(
  input: FillFieldsInput,
  counts: FieldFillCounts = NOTHING_FILLED,
): Promise<FieldFillStatus> {
  const progress = new FieldFillProgress(counts);
  progress.show('starting');
  const settings = await openFieldFill(input);
  progress.open(settings);
  const options = { summary: workflowSummary(`fields of ${settings.source}`) };
  for (;;) {
    const receipt = await fillFieldGaps.executeWithOptions(options, [settings]);
    progress.advance(receipt);
    if (receipt.done) break;
    if (shouldContinueAsNew()) await continueAsNew<typeof fillFields>(input, progress.counts);
  }
  progress.show('done');
  return progress.status;
}

/** How far a fill of fields is. */
class FieldFillProgress extends WorkflowProgress<FieldFillState, FieldFillStatus> {
  #source = '';
  #counts: FieldFillCounts;
  #fields: readonly string[] = [];
  #left = 0;

  constructor(counts: FieldFillCounts) {
    super('starting');
    this.#counts = counts;
  }

  open({ source }: FieldFillSettings): void {
    this.#source = source;
    this.showSource(source);
    this.show('filling');
  }

  advance({ counts, fields, left }: FieldFillReceipt): void {
    const { records, filled } = this.#counts;
    this.#counts = { records: records + counts.records, filled: filled + counts.filled };
    this.#fields = fields;
    this.#left = left;
    this.show(this.state);
  }

  get counts(): FieldFillCounts {
    return this.#counts;
  }

  override get status(): FieldFillStatus {
    const [source, state] = [this.#source, this.state];
    return { source, state, fields: this.#fields, left: this.#left, ...this.#counts };
  }

  protected override describe(): string {
    const { records, filled } = this.#counts;
    const fields = this.#fields.length === 0 ? 'its new fields' : this.#fields.join(', ');
    const what: Record<FieldFillState, string> = {
      starting: '**checking the input**',
      filling: `**${this.#source}: stored events get ${fields} from Kafka, ${this.#left} offsets to go**`,
      done: `**${this.#source}: done.** What Kafka no longer has, if anything, says \`npx asof stream fields ${this.#source}\``,
    };
    return [what[this.state], '', `${records} records read again, ${filled} raw events filled.`].join('\n');
  }
}
