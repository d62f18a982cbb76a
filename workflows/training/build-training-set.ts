import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  BuildTrainingSetInput,
  TrainingSetReceipt,
} from '../../schemas/workflows/build-training-set.ts';
import { giveUpAfter, longWork } from '../shared/activity-options.ts';

const { writeTrainingSet } = proxyActivities<Activities>({
  ...longWork,
  // The pauses add up to two minutes. A database that is restarted is back by then.
  retry: giveUpAfter(10),
});

/**
 * Builds a training set: reads a spine, writes point-in-time correct rows as Parquet, and registers the
 * manifest and the hashes. One activity does it all, since the join works on files of one machine. An attempt
 * that dies leaves neither a partial file nor a record, and the next attempt starts over. Rows never pass
 * through the workflow.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_LOOKUP_INVALID`,
 * `ASOF_FILE_UNREADABLE`, `ASOF_SPINE_INVALID`, `ASOF_FOLDER_UNWRITABLE`, `ASOF_TABLE_NOT_FILLED`.
 */
export async function buildTrainingSet(input: BuildTrainingSetInput): Promise<TrainingSetReceipt> {
  const options = { summary: workflowSummary(`training set ${input.trainingSet}`) };
  const receipt = await writeTrainingSet.executeWithOptions(options, [input]);
  setCurrentDetails(describe(receipt));
  return receipt;
}

/** The result as Markdown. */
function describe({ id, trainingSet, path, rows, sha256, knowledge, lookups }: TrainingSetReceipt): string {
  return [
    `**${trainingSet}: ${rows} rows, ${id}**`,
    '',
    `- rows: \`${path}\``,
    `- SHA-256 of the canonical rows: \`${sha256}\``,
    `- knowledge cut: write ${knowledge.sequence}, known at ${knowledge.knownAt ?? 'no time, as nothing was ever written'}`,
    ...lookups.map(({ table, found, notFound }) => `- ${table}: ${found} rows found, ${notFound} not found`),
  ].join('\n');
}
