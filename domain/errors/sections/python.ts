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
    means: 'the train rows do not have both labels, 0 and 1',
    do: 'give a spine with rows of both labels in the train split',
  },
  ASOF_TRAINING_LABEL_INVALID: {
    kind: 'input',
    means: 'a row of the train, val or test split has a label other than 0 and 1',
    do: 'correct the labels of the spine',
  },
  ASOF_MODEL_ONNX_DIFFERS: {
    kind: 'input',
    means: 'the ONNX model does not predict as the scikit-learn model does; nothing was logged',
    do: "look for inputs that need more than single precision, or change the model's parameters",
  },
} as const satisfies ErrorSection;
