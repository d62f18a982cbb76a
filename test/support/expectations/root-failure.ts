import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect } from 'vitest';

/** Why a workflow has failed, of its own or through an activity. `result` is that of its handle. */
export async function rootFailure(result: Promise<unknown>): Promise<ApplicationFailure> {
  let error: unknown = await result.catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  while (error instanceof Error && !(error instanceof ApplicationFailure)) error = error.cause;
  return error as ApplicationFailure;
}
