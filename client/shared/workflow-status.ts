import { QueryNotRegisteredError, ServiceError, type WorkflowHandle } from '@temporalio/client';

/** The answer to a workflow's `status` query. Undefined while no worker answers. */
export function workflowStatus<Status>(handle: WorkflowHandle): Promise<Status | undefined> {
  return ifAnswered(handle.query<Status>('status'));
}

/**
 * What Temporal or a worker answers. Undefined while neither does, for example during a deployment: the
 * workflow goes on, so a caller that follows it asks again.
 */
export async function ifAnswered<Answer>(question: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof ServiceError || error instanceof QueryNotRegisteredError) return undefined;
    throw error;
  }
}
