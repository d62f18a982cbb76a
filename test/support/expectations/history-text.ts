import type { WorkflowHandle } from '@temporalio/client';

/** The whole history of a workflow as text, with what its payloads hold. */
export async function historyText(handle: WorkflowHandle): Promise<string> {
  return JSON.stringify(await handle.fetchHistory(), (_, value: unknown) => {
    const isBytes = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
    return isBytes && 'data' in value ? Buffer.from(value.data as number[]).toString('utf8') : value;
  });
}
