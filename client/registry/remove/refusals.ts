import { AsofError } from '../../../domain/errors/asof-error.ts';
import {
  type DefinitionName,
  type DependencyFacts,
  type DependentVersion,
  type Dependents,
  dependentsOf,
  isInUse,
  versionsTrainedOn,
} from '../../../domain/lineage/dependents.ts';
import { FEATURE_TABLE_KINDS, SOURCE_KINDS } from '../../../domain/registry/definition.ts';
import { removalOf, titleOf } from './subject.ts';

/** What a removal would break. */
export interface Broken {
  /** The running workflow that reads the source. */
  readonly stream: string | undefined;
  /** The relations of somebody else that read what would be dropped. */
  readonly readers: readonly string[];
  /** The training sets that are given up, and need not be built again. */
  readonly givenUp: readonly string[];
}

/** The kinds with rows that training sets are built from. Those of others go on: their versions stay in the registry. */
const WITH_ROWS: readonly string[] = [...FEATURE_TABLE_KINDS, ...SOURCE_KINDS];

/** The training sets that could not be built again without the definition. */
export function setsOf(facts: DependencyFacts, of: DefinitionName): Dependents['trainingSets'] {
  return WITH_ROWS.includes(of.kind) ? dependentsOf(facts, of).trainingSets : [];
}

/** @throws AsofError `ASOF_REMOVAL_REFUSED`, naming everything that the removal would break. */
export function refuseRemoval(facts: DependencyFacts, of: DefinitionName, broken: Broken): void {
  const { definitions, models } = dependentsOf(facts, of);
  const built = definitions.filter(({ on }) => on.kind === of.kind && on.name === of.name);
  const sets = setsOf(facts, of).filter(({ id }) => !broken.givenUp.includes(id));
  // A version of a removed training set's definition can still be looked up for, and scored.
  const used = of.kind === 'training_set' ? [] : models.filter(isInUse);
  const reasons = [
    ...(broken.stream === undefined ? [] : [streamRuns(broken.stream)]),
    ...built.map((one) => `${titleOf(one)} is built on it; remove that first: ${removalOf(one)}`),
    ...used.map(
      (version) => `model version ${inUse(version)} ${of.kind === 'model' ? 'is one of it' : 'looks it up'}`,
    ),
    ...sets.map(
      ({ id, trainingSet }) =>
        `training set ${id} of '${trainingSet}' is built again from it; to give it up: --give-up ${id}`,
    ),
    ...broken.readers.map((name) => `${name}, which is not Asof's, reads it; drop it first`),
  ];
  if (reasons.length === 0) return;
  throw new AsofError(
    'ASOF_REMOVAL_REFUSED',
    `${titleOf(of)} cannot be removed, and nothing was: ${listed(reasons)}`,
    {
      details: {
        ...of,
        definitions: built.map(({ kind, name }) => ({ kind, name })),
        models: used.map(nameOf),
        trainingSets: sets.map(({ id }) => id),
        relations: broken.readers,
        ...(broken.stream !== undefined && { workflow: broken.stream }),
      },
    },
  );
}

/** @throws AsofError `ASOF_REMOVAL_REFUSED` if a model version in use was trained on the training set. */
export function refuseSet(facts: DependencyFacts, id: string): void {
  const used = versionsTrainedOn(facts, id).filter(isInUse);
  if (used.length === 0) return;
  throw new AsofError(
    'ASOF_REMOVAL_REFUSED',
    `training set ${id} cannot be removed, and nothing was: ${listed(used.map((one) => `model version ${inUse(one)} was trained on it`))}`,
    { details: { id, models: used.map(nameOf) } },
  );
}

function listed(reasons: readonly string[]): string {
  return reasons.map((reason) => `\n✖ ${reason}`).join('');
}

function streamRuns(workflow: string): string {
  return `its stream runs (${workflow}); end it first: npx asof temporal workflow signal --workflow-id ${workflow} --name drain`;
}

function inUse(version: DependentVersion): string {
  const uses = [
    ...version.endpoints.map((name) => `served by endpoint '${name}'`),
    ...version.aliases.map((alias) => `alias '${alias}' in MLflow`),
  ];
  return `${nameOf(version)} (${uses.join(', ')})`;
}

function nameOf({ name, version }: DependentVersion): string {
  return `${name}/${version}`;
}
