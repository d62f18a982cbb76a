import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';

/** Those of the workflows that run. */
export async function runningAmong(temporal: Client, workflowIds: readonly string[]): Promise<string[]> {
  const described = await Promise.all(
    workflowIds.map((id) => ifFound(temporal.workflow.getHandle(id).describe())),
  );
  return described.flatMap((found) => (found?.status.name === 'RUNNING' ? [found.workflowId] : []));
}

/**
 * The running workflows whose ids begin with a prefix and end in what a function accepts. Temporal lists a workflow a
 * moment after its start.
 */
export async function runningWithPrefix(
  temporal: Client,
  prefix: string,
  isSuffix: (suffix: string) => boolean,
): Promise<string[]> {
  const query = `ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH '${prefix}'`;
  const ids: string[] = [];
  for await (const { workflowId } of temporal.workflow.list({ query }))
    if (isSuffix(workflowId.slice(prefix.length))) ids.push(workflowId);
  return ids;
}

/** Ends a workflow at once. Returns whether it ran. */
export async function terminate(temporal: Client, workflowId: string, reason: string): Promise<boolean> {
  try {
    await temporal.workflow.getHandle(workflowId).terminate(reason);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function ifFound(
  description: Promise<WorkflowExecutionDescription>,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await description;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
