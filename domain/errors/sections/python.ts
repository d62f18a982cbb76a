import type { ErrorSection } from '../error-entry.ts';

/** What the Python worker reports as `problem(…)`; a test compares these codes with its sources. */
export const pythonErrors = {
  ASOF_TRAINING_ID_INVALID: {
    kind: 'input',
    means:
      'the task of a training has an id that is not that of a workflow run, and could lead to another folder',
    do: 'start trainings with [`trainModel`](workflows.md#trainmodel) alone',
  },
  ASOF_TRAINING_SET_FILE_MISSING: {
    kind: 'input',
    means: 'the checked rows are gone from the folder of the training',
    do: 'train again',
  },
  ASOF_TRAINING_SET_FILE_REPLACED: {
    kind: 'input',
    means: 'the checked rows were replaced in the folder of the training; nothing was trained',
    do: 'find out what writes there, and train again',
  },
  ASOF_TRAINING_COLUMN_MISSING: {
    kind: 'input',
    means: "the training set's file lacks columns that the model needs; the message names them",
    do: "give a training set that has them, or correct the model's definition",
  },
  ASOF_TRAINING_ROWS_MISSING: {
    kind: 'input',
    means: 'the train rows have fewer than two labels, or early stopping has no val rows',
    do: 'give a spine with rows of both labels in the train split, and with rows in val',
  },
  ASOF_TRAINING_LABEL_INVALID: {
    kind: 'input',
    means:
      'a row of the train, val or test split has no label that fits: a classifier needs whole numbers, of which train has all, a regression finite numbers',
    do: "correct the labels of the spine, or say `task: 'regression'`",
  },
  ASOF_TRAINING_WEIGHT_INVALID: {
    kind: 'input',
    means:
      'the weight of a row is no finite number from 0 on, or `classWeights` names a class that no train row has',
    do: 'correct the weights',
  },
  ASOF_ESTIMATOR_FAILED: {
    kind: 'input',
    means:
      "a model's [Python file](definitions.md#an-estimator-of-your-own) has no `make_estimator`, returns something that cannot be trained, or raised an error; the message says which, and the line",
    do: 'correct the file and apply the definition again',
  },
  ASOF_ESTIMATOR_LIMIT: {
    kind: 'input',
    means:
      "the process of a model's own estimator took longer or more memory than its definition allows, or died",
    do: 'raise `minutes` or `memoryMb` of the estimator, or give it fewer rows',
  },
  ASOF_MODEL_ONNX_DIFFERS: {
    kind: 'input',
    means: 'the ONNX model does not predict as the scikit-learn model does; nothing was logged',
    do: "look for inputs that need more than single precision, or change the model's parameters",
  },
} as const satisfies ErrorSection;
