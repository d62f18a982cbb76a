import type { ErrorSection } from '../error-entry.ts';

export const definitionErrors = {
  ASOF_DEFINITIONS_MISSING: {
    kind: 'input',
    means: 'the folder does not exist, or no module in it exports a definition',
    do: 'name the folder with `--definitions`',
  },
  ASOF_DEFINITIONS_UNREADABLE: {
    kind: 'input',
    means:
      'a module of the folder cannot be loaded: it has a mistake, is not an ES module, or does not find `asof`',
    do: 'correct it; set `"type": "module"` in the nearest `package.json`, or end its name in `.mts`; keep the folder where `import … from \'asof\'` resolves: in the clone, or in a package that depends on `asof`',
  },
  ASOF_DEFINITION_INVALID: {
    kind: 'input',
    means:
      'definitions are not valid, or do not fit together; the message lists all problems of all modules, each with its file and line',
    do: 'correct them ([definitions](definitions.md))',
  },
  ASOF_INFERENCE_FAILED: {
    kind: 'input',
    means:
      '`source infer`: the sample holds nothing that a definition can be made of; the message says what it holds',
    do: 'sample more records with `--records`, convert the file, or write the definition by hand',
  },
  ASOF_PREVIEW_REFUSED: {
    kind: 'input',
    means: '`preview` was asked for a table that is not computed from the events of a stream alone',
    do: 'preview a stream table; a batch table is computed in the database: `npx asof batch run`',
  },
  ASOF_SIMULATION_REFUSED: {
    kind: 'input',
    means:
      'a simulation was asked for what takes a server: a batch table of free SQL, a model, a schema registry; the message names it',
    do: 'leave it out of the test, or test it on the servers ([what a simulation has](../how-to/develop/test-your-features.md#what-it-does-not-have))',
  },
  ASOF_CHANGE_REFUSED: {
    kind: 'input',
    means: 'a change would leave rows wrong; nothing was applied',
    do: 'give the new shape a new name ([what may change](definitions.md#what-apply-allows-to-change))',
  },
  ASOF_REMOVAL_REFUSED: {
    kind: 'input',
    means:
      'something needs what is to be removed: a definition that is built on it, a model version in use, a training set that could not be built again, a running stream, or a view of somebody else; the message names each, and nothing was removed',
    do: 'remove, give up or end what it names ([Remove definitions](../how-to/change/remove-definitions.md))',
  },
  ASOF_BATCH_QUERY_INVALID: {
    kind: 'input',
    means:
      "a batch table's SQL does not run, or returns other columns than the definition says, a key twice, or a row without a key",
    do: 'correct its `sql` ([what it may read](definitions.md#batchtable))',
  },
  ASOF_SOURCE_UNKNOWN: {
    kind: 'input',
    means: 'no event source of that name was applied; the message lists the known ones',
    do: 'check the name, or run `npx asof apply`',
  },
  ASOF_TABLE_UNKNOWN: {
    kind: 'input',
    means: 'no stream, batch or reference table of that name was applied; the message lists the known ones',
    do: 'check the name, or run `npx asof apply`',
  },
  ASOF_ONLINE_TABLE_UNKNOWN: {
    kind: 'input',
    means: 'no online table of that name was applied; the message lists the known ones',
    do: 'check the name, or run `npx asof apply`',
  },
  ASOF_DEFINITION_UNKNOWN: {
    kind: 'input',
    means:
      'no definition of that kind and name (a model, its training set) was applied; the message lists the known ones',
    do: 'check the name, or run `npx asof apply`',
  },
} as const satisfies ErrorSection;
