import type { ErrorKind } from './error-entry.ts';
import { batchErrors } from './sections/batch.ts';
import { commandLineErrors } from './sections/command-line.ts';
import { definitionErrors } from './sections/definitions.ts';
import { deploymentErrors } from './sections/deployments.ts';
import { onlineErrors } from './sections/online.ts';
import { pythonErrors } from './sections/python.ts';
import { serverErrors } from './sections/servers.ts';
import { servingErrors } from './sections/serving.ts';
import { stackErrors } from './sections/stack.ts';
import { streamErrors } from './sections/streams.ts';
import { trainingErrors } from './sections/training.ts';

/** The sections of the table, in the order of the reference page. */
export const ERROR_SECTIONS = {
  definitions: definitionErrors,
  streams: streamErrors,
  batch: batchErrors,
  training: trainingErrors,
  python: pythonErrors,
  online: onlineErrors,
  serving: servingErrors,
  servers: serverErrors,
  deployments: deploymentErrors,
  commandLine: commandLineErrors,
  stack: stackErrors,
} as const;

/** Every error code, with its entry of the table. */
export const ERRORS = {
  ...definitionErrors,
  ...streamErrors,
  ...batchErrors,
  ...trainingErrors,
  ...pythonErrors,
  ...onlineErrors,
  ...servingErrors,
  ...serverErrors,
  ...deploymentErrors,
  ...commandLineErrors,
  ...stackErrors,
} as const;

export type ErrorCode = keyof typeof ERRORS;

export type ErrorCodeOf<Kind extends ErrorKind> = {
  [Code in ErrorCode]: (typeof ERRORS)[Code]['kind'] extends Kind ? Code : never;
}[ErrorCode];
