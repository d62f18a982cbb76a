import type { ErrorSection } from '../error-entry.ts';

export const trainingErrors = {
  ASOF_SPINE_INVALID: {
    kind: 'input',
    means:
      'the spine is not CSV in UTF-8, lacks a column, or has rows that are not valid; the message lists the first ten by line',
    do: 'correct the file ([what it must be](workflows.md#the-spine))',
  },
  ASOF_LOOKUP_INVALID: {
    kind: 'input',
    means: 'a lookup of an applied training set names a feature or key that its table lacks',
    do: 'correct the definition and apply it',
  },
  ASOF_FOLDER_UNWRITABLE: {
    kind: 'input',
    means: "the folder of `out` is missing or not writable on the worker's machine",
    do: 'make it, or name another file',
  },
  ASOF_TRAINING_SET_UNKNOWN: {
    kind: 'input',
    means: 'no training set of that name was applied, or none of that id was built',
    do: 'check the name or id; run `npx asof apply`, or build the set',
  },
  ASOF_TRAINING_SET_FAILED: {
    kind: 'input',
    means: '`training-set build`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again',
  },
  ASOF_HISTORY_REMOVED: {
    kind: 'conflict',
    means:
      'while a training set was built, retention removed superseded versions that it may have seen; nothing was registered',
    do: 'nothing: the retry builds it with a newer cut',
  },
  ASOF_TRAINING_SET_FILE_CHANGED: {
    kind: 'input',
    means: "the Parquet file is gone, or is not the one that the set's hash was taken of",
    do: 'build the set again from its spine',
  },
  ASOF_TRAINING_SET_UNFIT: {
    kind: 'input',
    means:
      "the set is of another definition than the model's, has no split column, or lacks a number that `nulls` or `recency` names",
    do: "correct the model's definition, or give another set",
  },
  ASOF_TRAINING_WORKER_MISSING: {
    kind: 'unavailable',
    means: 'no Python worker polls the training queue',
    do: "read the worker's log; run `npx asof stack up` where the stack is native, else set `ASOF_PYTHON`",
  },
  ASOF_TRAINING_FAILED: {
    kind: 'input',
    means: 'in a program, `trainModel`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again',
  },
  ASOF_MODEL_FOLDER_MISSING: {
    kind: 'unavailable',
    means: 'the trained model is not on the machine of the worker that logs it',
    do: 'have both workers share the folder that the message names',
  },
  ASOF_MODEL_UNKNOWN: {
    kind: 'input',
    status: 503,
    means: 'the model has no such version, or none yet; `lineage model` lists the known ones',
    do: 'train one with [`trainModel`](workflows.md#trainmodel)',
  },
  ASOF_MODEL_VERSION_INVALID: {
    kind: 'input',
    means: '`lineage model`: the argument is not of the form `name/version`',
    do: 'write it like `user_churn_model/1`',
  },
} as const satisfies ErrorSection;
