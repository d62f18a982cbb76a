import { proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { countsInWords, differenceInWords } from '../../domain/training/way-words.ts';
import { hostTaskQueue } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  BuildTrainingSetInput,
  TrainingSetReceipt,
} from '../../schemas/workflows/build-training-set.ts';
import { filesWork, giveUpAfter, question } from '../shared/activity-options.ts';
import { UNCLAIMED, onHost } from './on-host.ts';

const { openBuild } = proxyActivities<Activities>(question);

/**
 * Builds a training set: reads a spine, writes point-in-time correct rows as Parquet, and registers the
 * manifest and the hashes. One activity does it all, on the host that has the files. An attempt that dies
 * leaves neither a partial file nor a record, and the next attempt starts over. Rows never pass through the
 * workflow.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_PATH_REFUSED`, `ASOF_HOST_WORKER_MISSING`, `ASOF_TRAINING_SET_UNKNOWN`,
 * `ASOF_LOOKUP_INVALID`, `ASOF_FILE_UNREADABLE`, `ASOF_SPINE_INVALID`, `ASOF_FOLDER_UNWRITABLE`,
 * `ASOF_OUT_REFUSED`, `ASOF_TABLE_NOT_FILLED`, `ASOF_TABLE_NOT_PUBLISHED`, `ASOF_HISTORY_INCOMPLETE`, `ASOF_NOTHING_FOUND`, `ASOF_JOIN_REFUSED`.
 */
export async function buildTrainingSet(input: BuildTrainingSetInput): Promise<TrainingSetReceipt> {
  const build = await openBuild(input);
  const { trainingSet, host } = build;
  const { writeTrainingSet } = proxyActivities<Activities>({
    ...filesWork,
    ...UNCLAIMED,
    taskQueue: hostTaskQueue(workflowInfo().taskQueue, host),
    // The pauses add up to two minutes. A database that is restarted is back by then.
    retry: giveUpAfter(10),
  });
  const options = { summary: workflowSummary(`training set ${trainingSet} on ${host}`) };
  const receipt = await onHost(host, () => writeTrainingSet.executeWithOptions(options, [build]));
  setCurrentDetails(describe(receipt));
  return receipt;
}

/** The result as Markdown. */
function describe(receipt: TrainingSetReceipt): string {
  const { id, trainingSet, way = 'latest', path, host, rows, sha256, knowledge, lookups, notes } = receipt;
  return [
    `**${trainingSet}, ${way}: ${rows} rows, ${id}**`,
    '',
    `- rows: \`${path}\` on ${host}`,
    `- SHA-256 of the canonical rows: \`${sha256}\``,
    `- knowledge cut: write ${knowledge.sequence}, known at ${knowledge.knownAt ?? 'no time, as nothing was ever written'}`,
    ...lookups.map((counts) => `- ${countsInWords(counts)}`),
    ...(receipt.differences ?? []).map((difference) => `- ${differenceInWords(difference, rows)}`),
    ...notes.map((note) => `- ${note}`),
  ].join('\n');
}
