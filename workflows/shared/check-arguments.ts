import { ApplicationFailure } from '@temporalio/common';
import { type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { shortened } from '../../domain/errors/shortened.ts';
import { isWorkflowType, requireArguments } from '../../schemas/workflows/inputs.ts';
import { isContinued } from './continue-as-new.ts';
import { Undecodable } from './payload-converter.ts';

/** A failure then fits into 4 KB, whatever it repeats of the arguments. */
const MOST_CHARACTERS = 1_200;

/**
 * Checks the arguments of every workflow before it begins. A bad one fails the workflow at once, since only
 * other arguments can help. An error of the workflow's own code would fail its task, which Temporal repeats
 * forever. Signals and the query have no arguments; what is sent with them is ignored.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      async execute(input, next) {
        const info = workflowInfo();
        const { workflowType } = info;
        if (isWorkflowType(workflowType)) {
          try {
            requireDecoded(workflowType, input.args);
            requireArguments(workflowType, input.args, isContinued(info));
          } catch (error) {
            throw failureOf(error);
          }
        }
        return next(input);
      },
    },
  ],
});

function requireDecoded(type: string, given: readonly unknown[]): void {
  const index = given.findIndex((one) => one instanceof Undecodable);
  if (index < 0) return;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `argument ${index + 1} of ${type} cannot be decoded; expected a JSON object with the encoding json/plain`,
  );
}

function failureOf(error: unknown): unknown {
  if (!(error instanceof AsofError)) return error;
  return ApplicationFailure.nonRetryable(shortened(error.message, MOST_CHARACTERS), error.code);
}
