/** The id of the one workflow that applies retention, and of its schedule. */
export const RETENTION_WORKFLOW_ID = 'retention';

/** The id of the workflow that says what retention would remove; it may run beside the one that removes. */
export const RETENTION_DRY_RUN_WORKFLOW_ID = `${RETENTION_WORKFLOW_ID}-dry-run`;

/** The id of the one workflow that backfills a stream table. */
export function backfillWorkflowId(table: string): string {
  return `backfill-${table}`;
}

/** The id of the one workflow that reads an event source. */
export function streamWorkflowId(source: string): string {
  return `stream-${source}`;
}

/** The id of the one workflow that keeps an online table. */
export function onlineWorkflowId(table: string): string {
  return `online-${table}`;
}

/** The id of the one workflow that computes a past range of a batch table. */
export function batchRunWorkflowId(table: string): string {
  return `batch-run-${table}`;
}

/** The id of the schedule that computes a batch table. */
export function batchScheduleId(table: string): string {
  return `batch-${table}`;
}

/** The id of a workflow that builds a training set; `run` tells it from others of the same set. */
export function trainingSetWorkflowId(trainingSet: string, run: string): string {
  return `training-set-${trainingSet}-${run}`;
}

/** The id of a workflow that trains a model; `run` tells it from others of the same model. */
export function trainWorkflowId(model: string, run: string): string {
  return `train-${model}-${run}`;
}
