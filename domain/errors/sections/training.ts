import type { ErrorSection } from '../error-entry.ts';

export const trainingErrors = {
  ASOF_SPINE_INVALID: {
    kind: 'input',
    means:
      'the spine is neither CSV in UTF-8 nor Parquet, lacks a column, has rows that are not valid, or is not the one that was handed over; the message lists the first ten problems by line',
    do: 'correct the file ([what it must be](workflows.md#the-spine))',
  },
  ASOF_SPLITS_LEAK: {
    kind: 'input',
    means:
      'keys or times of one split are in another, and `spine.refuseLeaks` of the training set refuses that; the message has the counts',
    do: 'split otherwise, such as by a hash of the key, or take the leak from `refuseLeaks`',
  },
  ASOF_SPINE_QUERY_INVALID: {
    kind: 'input',
    means:
      'the query that gives a spine fails, takes longer than `ASOF_QUERY_TIMEOUT`, or reads what the role of batch queries may not',
    do: 'correct the query ([what it may read](workflows.md#a-spine-from-a-query-or-a-program)), or give a file',
  },
  ASOF_LOOKUP_INVALID: {
    kind: 'input',
    means: 'a lookup of an applied training set names a feature or key that its table lacks',
    do: 'correct the definition and apply it',
  },
  ASOF_PATH_REFUSED: {
    kind: 'input',
    means:
      "`spine` or `out` of a workflow's input has another ending, or does not lie below a folder of `ASOF_DATA_ROOTS`, or no longer; or a program handed over a spine, and keeps its files elsewhere than the worker",
    do: 'put the file below a data root, or add its folder to `ASOF_DATA_ROOTS` of the worker; give a program and its worker the same settings ([data roots](workflows.md#data-roots))',
  },
  ASOF_DATA_ROOTS_INVALID: {
    kind: 'input',
    means:
      '`ASOF_DATA_ROOTS` has an entry that is empty or not an absolute path, or names the root folder of the machine',
    do: 'name folders of data by absolute paths, separated by `:`',
  },
  ASOF_FOLDER_UNWRITABLE: {
    kind: 'input',
    means:
      'the folder of `out` is missing or not writable; or one in which Asof keeps files cannot be made, is a link, or belongs to another user',
    do: 'make it, or name another',
  },
  ASOF_OUT_REFUSED: {
    kind: 'input',
    means:
      '`out` is a folder, the spine, or a file that is there already and that no build wrote as it is now; nothing was changed',
    do: 'name another file; to replace what is there, add `--overwrite`',
  },
  ASOF_NOTHING_FOUND: {
    kind: 'input',
    means:
      'no look-up finds a row, or nearly all keys of the spine are in no table that is looked up by them; the message has the counts, and for the owner of the file examples',
    do: 'correct the keys or the timestamps of the spine, or compute the table; if it is meant, add `--allow-missing`',
  },
  ASOF_JOIN_REFUSED: {
    kind: 'input',
    means: 'DuckDB cannot join the training set, for example because a row needs more than its memory',
    do: 'look up fewer or shorter text features, or give a shorter spine',
  },
  ASOF_JOIN_INTERRUPTED: {
    kind: 'unavailable',
    means: 'DuckDB could not read or write its files while it joined a training set',
    do: 'look at the disk of the folder of `out`; the build is tried again',
  },
  ASOF_PATH_UNSUPPORTED: {
    kind: 'input',
    means:
      'a path is an address such as `s3://…`, and files are those of a machine; or it has a backslash beside `*` or `[`, which DuckDB cannot read as a name',
    do: 'copy the file to the machine, or name one in another folder',
  },
  ASOF_HOST_WORKER_MISSING: {
    kind: 'unavailable',
    means: 'no worker runs on the host that has the files',
    do: 'start `npx asof worker` there; give workers that share their files one name with `ASOF_HOST`',
  },
  ASOF_TRAINING_SET_ROW_UNKNOWN: {
    kind: 'input',
    means: 'a training set has no row of that number, or with that key and moment',
    do: 'give a number from 0 up to the number of its rows, or a key and a moment of its spine',
  },
  ASOF_TRAINING_SET_UNKNOWN: {
    kind: 'input',
    means: 'no training set of that name was applied, or none of that id was built',
    do: 'check the name or id; run `npx asof apply`, or build the set',
  },
  ASOF_IMPACT_FAILED: {
    kind: 'input',
    means: 'what a correction touches could not be found out; the message has the reason of the workflow',
    do: 'do what the reason says',
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
  ASOF_HISTORY_INCOMPLETE: {
    kind: 'input',
    means:
      'a set `as-known` or `as-served` asks about a time of which retention has removed superseded versions, so that it cannot be built, or built again',
    do: 'leave out the rows of before the time that the message names, or build the set as `latest`; check the file of a set that is there by its hash',
  },
  ASOF_SPINE_MISSING: {
    kind: 'input',
    means: 'the spine that a training set was built from is not kept on the host that is to build it again',
    do: 'give the file with `--spine`; it is checked by its hash',
  },
  ASOF_SPINE_DIFFERENT: {
    kind: 'input',
    means: 'the spine to build a training set again from is not the one that it was built from',
    do: 'give the file that it was built from with `--spine`',
  },
  ASOF_DEFINITION_VERSION_GONE: {
    kind: 'input',
    means:
      'a version of a definition that a training set was built from is gone from the registry, or changed outside Asof',
    do: 'restore `asof.definitions` from a backup',
  },
  ASOF_VERIFICATION_FAILED: {
    kind: 'input',
    means: '`training-set verify`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again',
  },
  ASOF_TABLE_NOT_PUBLISHED: {
    kind: 'input',
    means: 'a set `as-served` looks up a table that was never published',
    do: 'build it as `latest` or `as-known`; if it is meant, add `--allow-missing`',
  },
  ASOF_TRAINING_SET_FILE_CHANGED: {
    kind: 'input',
    means: "the Parquet file is gone, or is not the one that the set's hash was taken of",
    do: 'build the set again from its spine',
  },
  ASOF_ARTIFACT_PATH_INVALID: {
    kind: 'input',
    means:
      "the list of a trained model's files names one that could lie outside the model's folder; nothing was read",
    do: 'find out who else works on the task queue of the training; train again',
  },
  ASOF_TRAINING_SET_UNFIT: {
    kind: 'input',
    means:
      "the set is of another definition than the model's, has no split column, or lacks a column that `nulls`, `recency`, `categories` or `group` names",
    do: "correct the model's definition, or give another set",
  },
  ASOF_TRAINING_WORKER_MISSING: {
    kind: 'unavailable',
    means: 'no Python worker polls the training queue',
    do: "read the worker's log; run `npx asof stack up` where the stack is native, else set `ASOF_PYTHON`",
  },
  ASOF_TRAINER_MISSING: {
    kind: 'unavailable',
    means:
      "no worker polls the task queue of the model's [own activity](definitions.md#an-activity-of-your-own)",
    do: 'start your worker on the host that has the training set, or correct the task queue in the definition',
  },
  ASOF_TRAINED_MODEL_INVALID: {
    kind: 'input',
    means:
      'an activity of your own that trains answered something else than a [trained model](definitions.md#an-activity-of-your-own); nothing was logged',
    do: 'correct the activity; the message names the members',
  },
  ASOF_TRAINING_VALUE_INFINITE: {
    kind: 'input',
    means:
      'a number of the training set is infinite, or beyond single precision; the message names the table, the feature and the first row. Nothing was trained',
    do: 'correct the rows of the table, or the request feature, and build the set again',
  },
  ASOF_TRAINING_FAILED: {
    kind: 'input',
    means: 'in a program, `trainModel`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again',
  },
  ASOF_MODEL_FOLDER_MISSING: {
    kind: 'unavailable',
    means: 'the files of the trained model are gone from the host that trained it',
    do: 'train again',
  },
  ASOF_MODEL_FILE_CHANGED: {
    kind: 'input',
    means: 'a file of the trained model was replaced before it was logged; nothing was registered',
    do: 'find out who writes to the folder that the message names, and train again',
  },
  ASOF_SCORES_REFUSED: {
    kind: 'input',
    means:
      'the predictions cannot be written: a key or the moment of the spine is called as one of their columns, or the table is not external or lacks a column',
    do: 'rename the column, or declare the table with the columns that the message lists',
  },
  ASOF_SCORES_FILE_CHANGED: {
    kind: 'input',
    means: 'the predictions that a worker wrote for a program were replaced before the program took them',
    do: 'find out who writes to the folder that the message names; score again',
  },
  ASOF_SCORING_FAILED: {
    kind: 'input',
    means: '`score`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again',
  },
  ASOF_MODEL_UNKNOWN: {
    kind: 'input',
    status: 503,
    means: 'the model has no such version, or none yet; `lineage model` lists the known ones',
    do: 'train one with [`trainModel`](workflows.md#trainmodel)',
  },
  ASOF_LINEAGE_UNKNOWN: {
    kind: 'input',
    means:
      '`lineage`: nothing of that kind has that name; the message has a near one, or those that are known',
    do: 'correct the name: `SOURCE.FIELD`, `TABLE.FEATURE`, the id of a training set, `MODEL/VERSION`',
  },
  ASOF_MODEL_VERSION_INVALID: {
    kind: 'input',
    means: '`lineage model`: the argument is not of the form `name/version`',
    do: 'write it like `user_churn_model/1`',
  },
} as const satisfies ErrorSection;
