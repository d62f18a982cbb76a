import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ModelDefinition } from '../../domain/registry/definition.ts';
import {
  type ActivityEstimator,
  estimatorName,
  isOwnActivity,
  isOwnPython,
} from '../../domain/registry/model-estimator.ts';
import { trainingTaskQueue } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type { TrainedModel, TrainingTask } from '../../schemas/workflows/train-model.ts';
import { giveUpAfter } from '../shared/activity-options.ts';
import { UNCLAIMED, onOwnTrainer, onTrainingHost } from './on-host.ts';

type Train = (task: TrainingTask) => Promise<TrainedModel>;

/** Trains on the rows of the task: in Asof's Python worker on the host, or in an activity of the user's own. */
export function train(
  { estimator, parameters }: ModelDefinition,
  task: TrainingTask,
  host: string,
): Promise<TrainedModel> {
  const features = `${task.inputs.length} features`;
  if (isOwnActivity(estimator))
    return trainElsewhere(estimator, task, `${estimator.activity} on ${features}`);
  const { trees, depth } = parameters;
  const how =
    estimator === undefined ? `${trees} trees of depth ${depth}` : `${estimatorName(estimator)} (Python)`;
  const { train_classifier } = proxyActivities<{ train_classifier: Train }>({
    ...UNCLAIMED,
    taskQueue: trainingTaskQueue(workflowInfo().taskQueue, host),
    // A process of its own ends itself by then.
    startToCloseTimeout: isOwnPython(estimator) ? (estimator.minutes + 10) * 60_000 : '6 hours',
    // Python sends heartbeats while it makes progress (training/progress.py). One of its steps may block that
    // for some seconds.
    heartbeatTimeout: '15 seconds',
    retry: giveUpAfter(10),
  });
  const options = { summary: workflowSummary(`${how} on ${features}`) };
  return onTrainingHost(host, () => train_classifier.executeWithOptions(options, [task]));
}

function trainElsewhere(
  { activity, taskQueue, minutes }: ActivityEstimator,
  task: TrainingTask,
  summary: string,
): Promise<TrainedModel> {
  const activities = proxyActivities<Record<string, Train>>({
    ...UNCLAIMED,
    taskQueue,
    startToCloseTimeout: minutes * 60_000,
    retry: giveUpAfter(3),
  });
  const options = { summary: workflowSummary(summary) };
  return onOwnTrainer(taskQueue, () => activities[activity]!.executeWithOptions(options, [task]));
}
