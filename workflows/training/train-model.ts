import {
  executeChild,
  patched,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { createModelActivities } from '../../activities/training/model-activities.ts';
import { madeSpineWords } from '../../domain/training/made-spine.ts';
import { childTrainingSetWorkflowId, hostTaskQueue } from '../../domain/workflow-ids.ts';
import type { TrainModelInput, TrainModelResult, TrainingPlan } from '../../schemas/workflows/train-model.ts';
import { filesWork, giveUpAfter } from '../shared/activity-options.ts';
import { UNCLAIMED, onHost } from './on-host.ts';
import { train } from './train.ts';

type ModelActivities = ReturnType<typeof createModelActivities>;

/**
 * Each step finds what an earlier attempt left. The pauses add up to seven minutes, so that a shorter outage
 * does not lose a trained model.
 */
const retry = giveUpAfter(20);

const { openTraining } = proxyActivities<ModelActivities>({ startToCloseTimeout: '1 minute', retry });

/**
 * Trains a model and registers it with its lineage. Asks MLflow first whether it will take the model. Builds
 * the training set if a spine is given, trains in Python on a task queue of its own, then logs to MLflow. All
 * steps that need files run on the host that has them. Every step finds what an earlier attempt left, so a
 * training makes one run and one version whatever fails. Rows and model files never pass through the workflow.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_DEFINITION_UNKNOWN`,
 * `ASOF_MLFLOW_VERSION_UNSUPPORTED`, `ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED`, `ASOF_MLFLOW_FORBIDDEN`,
 * `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_TRAINING_SET_UNFIT`, `ASOF_TRAINING_SET_FILE_CHANGED`, `ASOF_HOST_WORKER_MISSING`,
 * `ASOF_TRAINING_VALUE_INFINITE`, `ASOF_TRAINING_WORKER_MISSING`, `ASOF_TRAINER_MISSING`, `ASOF_TRAINED_MODEL_INVALID`,
 * `ASOF_MODEL_FILE_CHANGED`, and the codes of the Python worker.
 */
export async function trainModel(input: TrainModelInput): Promise<TrainModelResult> {
  const { workflowId, firstExecutionRunId, taskQueue, startTime } = workflowInfo();
  const identity = { workflowId, id: firstExecutionRunId };
  const plan = await openTraining(input);
  const { model, host } = plan;
  const { checkModelStore, prepareTraining, logModel, registerModel } = stepsOn(
    hostTaskQueue(taskQueue, host),
  );
  if (patched('check-model-store')) {
    setCurrentDetails(`asking MLflow whether it will take **${model.name}**`);
    await onHost(host, () => checkModelStore(model.name));
  }
  const trainingSetId = await buildUnlessBuilt(plan, workflowId);
  const prepared = await onHost(host, () => prepareTraining(plan, trainingSetId, identity.id));
  const { trainedOn, task } = prepared;

  setCurrentDetails(`training **${model.name}** on ${trainedOn.rows} rows of \`${trainingSetId}\``);
  const trained = await train(model, task, host);
  const endedAt = Date.now();
  setCurrentDetails(`logging **${model.name}** to MLflow`);
  const training = { identity, model, trainedOn, trained, endedAt, startedAt: startTime.getTime() };
  const run = await onHost(host, () => logModel(training));
  const registration = { name: model.name, run, trainedOn, id: identity.id };
  const { version, url } = await onHost(host, () => registerModel(registration));

  const { id, rows, sha256 } = trainedOn;
  const result: TrainModelResult = {
    model: model.name,
    version,
    trainingSet: { id, rows, sha256 },
    rows: trained.rows,
    metrics: trained.metrics,
    warnings: trained.warnings ?? [],
    notes: trained.notes ?? [],
    runId: run.runId,
    runUrl: run.url,
    versionUrl: url,
  };
  setCurrentDetails(describe(result));
  return result;
}

async function buildUnlessBuilt({ trainingSet, from }: TrainingPlan, workflowId: string): Promise<string> {
  if ('trainingSetId' in from) return from.trainingSetId;
  setCurrentDetails(
    `building the training set **${trainingSet.name}** from ${typeof from.spine === 'string' ? `\`${from.spine}\`` : madeSpineWords(from.spine)}`,
  );
  const { id } = await executeChild<(input: object) => Promise<{ id: string }>>('buildTrainingSet', {
    workflowId: childTrainingSetWorkflowId(workflowId),
    args: [{ trainingSet: trainingSet.name, ...from }],
  });
  return id;
}

/** The steps that need the files of a host. */
function stepsOn(taskQueue: string) {
  const step = { ...UNCLAIMED, taskQueue, retry, startToCloseTimeout: '30 minutes' } as const;
  const { prepareTraining } = proxyActivities<ModelActivities>({ ...step, ...filesWork });
  // MLflow may take a minute for an answer or an upload.
  const ofMlflow = { ...step, heartbeatTimeout: '75 seconds' } as const;
  const { checkModelStore, logModel, registerModel } = proxyActivities<ModelActivities>(ofMlflow);
  return { checkModelStore, prepareTraining, logModel, registerModel };
}

/** The result as Markdown. */
function describe(result: TrainModelResult): string {
  const { model, version, trainingSet, rows, metrics, warnings, notes, ...links } = result;
  return [
    ...warnings.flatMap((warning) => [`> **Warning: ${warning}**`, '']),
    `**${model}/${version}**: [version](${links.versionUrl}), [run](${links.runUrl})`,
    '',
    `- training set \`${trainingSet.id}\`: ${trainingSet.rows} rows, SHA-256 \`${trainingSet.sha256}\``,
    `- rows: ${rows.train} train, ${rows.val} val, ${rows.test} test`,
    ...Object.entries(metrics).map(([name, value]) => `- ${name}: ${Number(value.toPrecision(6))}`),
    ...notes.map((note) => `- ${note}`),
  ].join('\n');
}
