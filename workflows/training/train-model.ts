import {
  type ActivityOptions,
  executeChild,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { createModelActivities } from '../../activities/training/model-activities.ts';
import { childTrainingSetWorkflowId, trainingTaskQueue } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  TrainModelInput,
  TrainModelResult,
  TrainedModel,
  TrainingPlan,
  TrainingTask,
} from '../../schemas/workflows/train-model.ts';
import { giveUpAfter } from '../shared/activity-options.ts';

type ModelActivities = ReturnType<typeof createModelActivities>;

/**
 * Each step finds what an earlier attempt left. The pauses add up to seven minutes, so that a shorter outage
 * does not lose a trained model.
 */
const step = { startToCloseTimeout: '30 minutes', retry: giveUpAfter(20) } satisfies ActivityOptions;

const { openTraining, prepareTraining, registerModel } = proxyActivities<ModelActivities>(step);
const { logModel } = proxyActivities<ModelActivities>({
  ...step,
  // MLflow may take a minute for an answer or an upload.
  heartbeatTimeout: '75 seconds',
});
const { findTrainingWorker } = proxyActivities<ModelActivities>({
  startToCloseTimeout: '10 seconds',
  // The pauses add up to a minute, in which a Python worker restarts. After that the worker counts as
  // missing.
  retry: giveUpAfter(8),
});

/**
 * Trains a model and registers it with its lineage. Builds the training set first if a spine is given, trains
 * in Python on a task queue of its own, then logs to MLflow. Every step finds what an earlier attempt left,
 * so a training makes one run and one version whatever fails. Rows and model files never pass through the
 * workflow.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_DEFINITION_UNKNOWN`, `ASOF_TRAINING_SET_UNKNOWN`,
 * `ASOF_TRAINING_SET_UNFIT`, `ASOF_TRAINING_SET_FILE_CHANGED`, `ASOF_TRAINING_WORKER_MISSING`, and the codes
 * of the Python worker.
 */
export async function trainModel(input: TrainModelInput): Promise<TrainModelResult> {
  const { workflowId, firstExecutionRunId, taskQueue, startTime } = workflowInfo();
  const identity = { workflowId, id: firstExecutionRunId };
  const plan = await openTraining(input);
  const { model } = plan;
  const trainingSetId = await buildUnlessBuilt(plan, workflowId);
  const prepared = await prepareTraining(plan, trainingSetId, identity.id);
  const { trainedOn, task } = prepared;

  setCurrentDetails(`training **${model.name}** on ${trainedOn.rows} rows of \`${trainingSetId}\``);
  const trained = await train(task, trainingTaskQueue(taskQueue));
  const endedAt = Date.now();
  setCurrentDetails(`logging **${model.name}** to MLflow`);
  const run = await logModel({
    identity,
    model,
    trainedOn,
    trained,
    endedAt,
    startedAt: startTime.getTime(),
  });
  const { version, url } = await registerModel({ name: model.name, run, trainedOn, folder: task.folder });

  const { id, rows, sha256 } = trainedOn;
  const result: TrainModelResult = {
    model: model.name,
    version,
    trainingSet: { id, rows, sha256 },
    rows: trained.rows,
    metrics: trained.metrics,
    runId: run.runId,
    runUrl: run.url,
    versionUrl: url,
  };
  setCurrentDetails(describe(result));
  return result;
}

async function buildUnlessBuilt({ trainingSet, from }: TrainingPlan, workflowId: string): Promise<string> {
  if ('trainingSetId' in from) return from.trainingSetId;
  setCurrentDetails(`building the training set **${trainingSet.name}** from \`${from.spine}\``);
  const { id } = await executeChild<(input: object) => Promise<{ id: string }>>('buildTrainingSet', {
    workflowId: childTrainingSetWorkflowId(workflowId),
    args: [{ trainingSet: trainingSet.name, ...from }],
  });
  return id;
}

async function train(task: TrainingTask, taskQueue: string): Promise<TrainedModel> {
  await findTrainingWorker(taskQueue);
  const { train_classifier } = proxyActivities<{
    train_classifier(task: TrainingTask): Promise<TrainedModel>;
  }>({
    taskQueue,
    startToCloseTimeout: '6 hours',
    // Python sends heartbeats by the clock (training/progress.py). One of its steps may block that for some
    // seconds.
    heartbeatTimeout: '15 seconds',
    retry: giveUpAfter(10),
  });
  const { trees, depth } = task.parameters;
  const options = {
    summary: workflowSummary(`${trees} trees of depth ${depth} on ${task.inputs.length} features`),
  };
  return train_classifier.executeWithOptions(options, [task]);
}

/** The result as Markdown. */
function describe({ model, version, trainingSet, rows, metrics, ...links }: TrainModelResult): string {
  return [
    `**${model}/${version}**: [version](${links.versionUrl}), [run](${links.runUrl})`,
    '',
    `- training set \`${trainingSet.id}\`: ${trainingSet.rows} rows, SHA-256 \`${trainingSet.sha256}\``,
    `- rows: ${rows.train} train, ${rows.val} val, ${rows.test} test`,
    ...Object.entries(metrics).map(([name, value]) => `- ${name}: ${Number(value.toPrecision(6))}`),
  ].join('\n');
}
