import { proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { differingRowInWords } from '../../domain/training/verification-words.ts';
import { hostTaskQueue } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  VerifyTrainingSetInput,
  VerifyTrainingSetResult,
} from '../../schemas/workflows/verify-training-set.ts';
import { filesWork, giveUpAfter, question } from '../shared/activity-options.ts';
import { UNCLAIMED, onHost } from './on-host.ts';

const { openVerification } = proxyActivities<Activities>(question);

/**
 * Verifies a training set: builds it again from its manifest, as it was built, and compares the hashes. One activity does
 * it all, on the host that keeps the spine. It records what came of it, and changes nothing else. A set that differs is a result, not a failure.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_PATH_REFUSED`,
 * `ASOF_HOST_WORKER_MISSING`, `ASOF_SPINE_MISSING`, `ASOF_SPINE_DIFFERENT`, `ASOF_DEFINITION_VERSION_GONE`,
 * `ASOF_HISTORY_INCOMPLETE`.
 */
export async function verifyTrainingSet(input: VerifyTrainingSetInput): Promise<VerifyTrainingSetResult> {
  const verification = await openVerification(input);
  const { id, host } = verification;
  const { rebuildTrainingSet } = proxyActivities<Activities>({
    ...filesWork,
    ...UNCLAIMED,
    taskQueue: hostTaskQueue(workflowInfo().taskQueue, host),
    retry: giveUpAfter(10),
  });
  const options = { summary: workflowSummary(`build ${id} again on ${host}`) };
  const result = await onHost(host, () => rebuildTrainingSet.executeWithOptions(options, [verification]));
  setCurrentDetails(describe(result));
  return result;
}

/** The result as Markdown. */
function describe({
  id,
  trainingSet,
  way,
  same,
  rows,
  expected,
  sha256,
  differing,
  first,
}: VerifyTrainingSetResult): string {
  const verdict = same ? `the same ${rows} rows` : `${differing} of ${rows} rows differ`;
  return [
    `**${id} (${trainingSet}, ${way}): ${verdict}**`,
    '',
    `- SHA-256 in the registry: \`${expected}\``,
    ...(same ? [] : [`- SHA-256 of what was built now: \`${sha256}\``]),
    ...first.flatMap(differingRowInWords).map((line) => `- ${line}`),
  ].join('\n');
}
