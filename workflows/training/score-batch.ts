import { proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { countsInWords } from '../../domain/training/way-words.ts';
import { hostTaskQueue } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type { ScoreBatchInput, ScoreReceipt } from '../../schemas/workflows/score-batch.ts';
import { filesWork, giveUpAfter, question } from '../shared/activity-options.ts';
import { UNCLAIMED, onHost } from './on-host.ts';

const { openScore } = proxyActivities<Activities>(question);

/**
 * Scores a spine by a version of a model: looks up what the version was trained on, predicts with ONNX, and writes
 * the predictions to a file, an external table, or both. One activity does it all, on the host that has the files.
 * An attempt that dies leaves no partial file and no part of a table's rows, and the next attempt starts over. Rows
 * never pass through the workflow.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_MODEL_UNKNOWN`, `ASOF_MODEL_CHANGED`,
 * `ASOF_MODEL_NOT_SERVABLE`, `ASOF_PATH_REFUSED`, `ASOF_HOST_WORKER_MISSING`, `ASOF_TRAINING_SET_UNKNOWN`,
 * `ASOF_LOOKUP_INVALID`, `ASOF_FILE_UNREADABLE`, `ASOF_SPINE_INVALID`, `ASOF_FOLDER_UNWRITABLE`,
 * `ASOF_OUT_REFUSED`, `ASOF_TABLE_NOT_FILLED`, `ASOF_TABLE_UNKNOWN`, `ASOF_NOTHING_FOUND`, `ASOF_JOIN_REFUSED`,
 * `ASOF_SCORES_REFUSED`.
 */
export async function scoreBatch(input: ScoreBatchInput): Promise<ScoreReceipt> {
  const opened = await openScore(input);
  const { model, version, host } = opened;
  const { writeScores } = proxyActivities<Activities>({
    ...filesWork,
    ...UNCLAIMED,
    taskQueue: hostTaskQueue(workflowInfo().taskQueue, host),
    // The pauses add up to two minutes. A server that is restarted is back by then.
    retry: giveUpAfter(10),
    // MLflow may take a minute for the model.
    heartbeatTimeout: '75 seconds',
  });
  setCurrentDetails(`scoring by **${model}/${version}** on ${host}`);
  const options = { summary: workflowSummary(`${model}/${version} on ${host}`) };
  const receipt = await onHost(host, () => writeScores.executeWithOptions(options, [opened]));
  setCurrentDetails(describe(receipt));
  return receipt;
}

/** The result as Markdown. */
function describe(receipt: ScoreReceipt): string {
  const { model, version, trainingSet, way, rows, file, host, table, knowledge, lookups, notes } = receipt;
  return [
    `**${model}/${version}: ${rows} rows scored**`,
    '',
    ...(file === null ? [] : [`- predictions: \`${file.path}\` on ${host}, SHA-256 \`${file.sha256}\``]),
    ...(table === null
      ? []
      : [`- predictions: \`features.${table.name}\`, ${table.changed} rows new or changed`]),
    `- trained on \`${trainingSet}\``,
    `- way: ${way}`,
    `- knowledge cut: write ${knowledge.sequence}, known at ${knowledge.knownAt ?? 'no time, as nothing was ever written'}`,
    ...lookups.map((counts) => `- ${countsInWords(counts)}`),
    ...notes.map((note) => `- ${note}`),
  ].join('\n');
}
