/** The id of the one workflow that reads an event source. */
export function streamWorkflowId(source: string): string {
  return `stream-${source}`;
}

/** The id of the one workflow that backfills a stream table. */
export function backfillWorkflowId(table: string): string {
  return `backfill-${table}`;
}

/** The id of the one workflow that fills the fields which an event source has gained. */
export function fieldsWorkflowId(source: string): string {
  return `fields-${source}`;
}

/** The id of the one workflow that computes a past range of a batch table. */
export function batchRunWorkflowId(table: string): string {
  return `batch-run-${table}`;
}

/**
 * The id of the schedule that computes a batch table, and the prefix of the ids of the workflows that it
 * starts.
 */
export function batchScheduleId(table: string): string {
  return `batch-${table}`;
}

/** The id of the one workflow that refreshes an online table. */
export function onlineWorkflowId(table: string): string {
  return `online-${table}`;
}

/** The id of the one workflow that applies retention, and of its schedule. */
export const RETENTION_WORKFLOW_ID = 'retention';

/** The id of the workflow that reports what retention would remove. It runs beside the one that removes. */
export const RETENTION_DRY_RUN_WORKFLOW_ID = `${RETENTION_WORKFLOW_ID}-dry-run`;

/** The id of the one workflow that holds training sets against corrections and follows their rules. */
export const IMPACT_WORKFLOW_ID = 'impact';

/** The id of a workflow that answers a question about a correction. */
export function impactQuestionWorkflowId(suffix: string): string {
  return `${IMPACT_WORKFLOW_ID}-question-${suffix}`;
}

/** The id of the child workflow of a backfill that holds training sets against it. */
export function childImpactWorkflowId(backfillWorkflow: string): string {
  return `${backfillWorkflow}/${IMPACT_WORKFLOW_ID}`;
}

/**
 * The id of a workflow that builds a training set. Builds of one set may run in parallel.
 *
 * @param suffix distinguishes this build from others of the set.
 */
export function trainingSetWorkflowId(trainingSet: string, suffix: string): string {
  return `training-set-${trainingSet}-${suffix}`;
}

/**
 * The id of a workflow that builds a training set again. Several may run in parallel.
 *
 * @param suffix distinguishes this verification from others of the set.
 */
export function verificationWorkflowId(id: string, suffix: string): string {
  return `verify-${id}-${suffix}`;
}

/**
 * The id of a workflow that trains a model. Trainings of one model may run in parallel.
 *
 * @param suffix distinguishes this training from others of the model.
 */
export function trainWorkflowId(model: string, suffix: string): string {
  return `train-${model}-${suffix}`;
}

/**
 * The id of a workflow that scores a spine. Scorings by one model may run in parallel.
 *
 * @param suffix distinguishes this scoring from others by the model.
 */
export function scoreWorkflowId(model: string, suffix: string): string {
  return `score-${model}-${suffix}`;
}

/** The id of the child workflow that builds the training set of a training. */
export function childTrainingSetWorkflowId(trainWorkflow: string): string {
  return `${trainWorkflow}/training-set`;
}

/** The ids of the child workflows that follow the rule of a training set: that build it again, and train a model. */
export function rebuildWorkflowId(impactWorkflow: string, trainingSetId: string, through: string): string {
  return `${impactWorkflow}/rebuild-${trainingSetId}-${through}`;
}

export function retrainWorkflowId(impactWorkflow: string, model: string, trainingSetId: string): string {
  return `${impactWorkflow}/train-${model}-${trainingSetId}`;
}

/** The task queue of work on the files of a host, which the workers on that host poll beside `taskQueue`. */
export function hostTaskQueue(taskQueue: string, host: string): string {
  return `${taskQueue}@${host}`;
}

/** The task queue of the Python workers of a host, which train models. */
export function trainingTaskQueue(taskQueue: string, host: string): string {
  return `${hostTaskQueue(taskQueue, host)}-training`;
}
