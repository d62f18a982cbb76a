import { executeChild, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { createModelActivities } from '../../activities/training/model-activities.ts';
import { childTrainingSetWorkflowId, hostTaskQueue, trainingTaskQueue } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  TrainModelInput,
  TrainModelResult,
  TrainedModel,
  TrainingPlan,
  TrainingTask,
} from '../../schemas/workflows/train-model.ts';
import { filesWork, giveUpAfter } from '../shared/activity-options.ts';
import { UNCLAIMED, onHost, onTrainingHost } from './on-host.ts';

type ModelActivities = ReturnType<typeof createModelActivities>;

/**
 * Each step finds what an earlier attempt left. The pauses add up to seven minutes, so that a shorter outage
 * does not lose a trained model.
 */
const retry = giveUpAfter(20);

const { openTraining } = proxyActivities<ModelActivities>({ startToCloseTimeout: '1 minute', retry });

/**
 * Trains a model and registers it with its lineage. Builds the training set first if a spine is given, trains
 * in Python on a task queue of its own, then logs to MLflow. All steps that need files run on the host that
 * has them. Every step finds what an earlier attempt left,
 * so a training makes one run and one version whatever fails. Rows and model files never pass through the
 * workflow.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_DEFINITION_UNKNOWN`, `ASOF_TRAINING_SET_UNKNOWN`,
 * `ASOF_TRAINING_SET_UNFIT`, `ASOF_TRAINING_SET_FILE_CHANGED`, `ASOF_HOST_WORKER_MISSING`,
 * `ASOF_TRAINING_WORKER_MISSING`, `ASOF_MODEL_FILE_CHANGED`, and the codes of the Python worker.
 */
export async function trainModel(input: TrainModelInput): Promise<TrainModelResult> {
  const { workflowId, firstExecutionRunId, taskQueue, startTime } = workflowInfo();
  const identity = { workflowId, id: firstExecutionRunId };
  const plan = await openTraining(input);
  const { model, host } = plan;
  const { prepareTraining, logModel, registerModel } = stepsOn(hostTaskQueue(taskQueue, host));
  const trainingSetId = await buildUnlessBuilt(plan, workflowId);
  const prepared = await onHost(host, () => prepareTraining(plan, trainingSetId, identity.id));
  const { trainedOn, task } = prepared;

  setCurrentDetails(`training **${model.name}** on ${trainedOn.rows} rows of \`${trainingSetId}\``);
  const trained = await onTrainingHost(host, () => train(task, trainingTaskQueue(taskQueue, host)));
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

/** The steps that need the files of a host. */
function stepsOn(taskQueue: string) {
  const step = { ...UNCLAIMED, taskQueue, retry, startToCloseTimeout: '30 minutes' } as const;
  const { prepareTraining } = proxyActivities<ModelActivities>({ ...step, ...filesWork });
  // MLflow may take a minute for an answer or an upload.
  const ofMlflow = { ...step, heartbeatTimeout: '75 seconds' } as const;
  const { logModel, registerModel } = proxyActivities<ModelActivities>(ofMlflow);
  return { prepareTraining, logModel, registerModel };
}

function train(task: TrainingTask, taskQueue: string): Promise<TrainedModel> {
  const { train_classifier } = proxyActivities<{
    train_classifier(task: TrainingTask): Promise<TrainedModel>;
  }>({
    ...UNCLAIMED,
    taskQueue,
    startToCloseTimeout: '6 hours',
    // Python sends heartbeats while it makes progress (training/progress.py). One of its steps may block that
    // for some seconds.
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
