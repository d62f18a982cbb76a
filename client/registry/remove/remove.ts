import { sourcesMeeting } from '../../../db/apply/apply-definition.ts';
import { lockDefinitions } from '../../../db/commits/definitions-lock.ts';
import { lockTrainingSets } from '../../../db/commits/history-lock.ts';
import { raiseRevisions } from '../../../db/commits/source-revisions.ts';
import { openDeployment } from '../../../db/registry/deployment.ts';
import { migrate } from '../../../db/registry/migrate.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { type BegunRemoval, beginRemoval, openRemovals, unregister } from '../../../db/registry/removals.ts';
import { inTransaction } from '../../../db/sql/client.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { DefinitionName, DependencyFacts } from '../../../domain/lineage/dependents.ts';
import type { Definition } from '../../../domain/registry/definition.ts';
import type { Connections } from '../../shared/connections.ts';
import { readDependencies } from '../dependents.ts';
import { type OnRemovalStep, type Removed, finishRemovals } from './finish-removals.ts';
import { giveUpSet } from './give-up-set.ts';
import { refuseRemoval, refuseSet } from './refusals.ts';
import { type PlannedRemoval, type RemovalOptions, inTheWay, planRemoval } from './removal-plan.ts';
import { type RemovalSubject, namedDefinition, unknownSubject } from './subject.ts';

/** How to remove, and what to say of it. */
export interface RemoveOptions extends RemovalOptions {
  /**
   * Called once, before anything is ended or deleted. If it answers false, the call removes nothing and fails with
   * `ASOF_NOT_CONFIRMED`. Default: no confirmation.
   */
  readonly confirm?: ((plan: PlannedRemoval) => boolean | Promise<boolean>) | undefined;
  /** Called after each step, with what it has done. Whatever ends the removal, the next one goes on. */
  readonly onStep?: OnRemovalStep | undefined;
}

/** What a removal ended and deleted, and what it left. */
export interface RemovalReport extends Removed {
  /** The versions of the model that left Asof's registry. */
  readonly modelVersions: readonly string[];
  /** The ids of the training sets that were given up. */
  readonly trainingSets: readonly string[];
  /** What stays, with the reason. */
  readonly stays: PlannedRemoval['stays'];
}

/** See `Asof.planRemoval`. */
export async function showRemoval(
  connections: Connections,
  subject: RemovalSubject,
  options: RemovalOptions,
): Promise<PlannedRemoval> {
  await open(connections);
  const { facts, of } = await find(connections, subject);
  if (!of) throw unknownSubject(facts.registered, subject);
  await expectRemovable(connections, facts, of, options);
  return planRemoval(connections, facts, of, options);
}

/** See `Asof.remove`. */
export async function remove(
  connections: Connections,
  subject: RemovalSubject,
  { confirm = () => true, onStep, ...options }: RemoveOptions,
): Promise<RemovalReport> {
  await open(connections);
  const interrupted = await openRemovals(await connections.pool());
  const before = await finishRemovals(connections, onStep);
  const { facts, of } = await find(connections, subject);
  if (!of) {
    if (interrupted.some(isOf(subject))) return { ...before, modelVersions: [], trainingSets: [], stays: [] };
    throw unknownSubject(facts.registered, subject);
  }
  await expectRemovable(connections, facts, of, options);
  const plan = await planRemoval(connections, facts, of, options);
  if (!(await confirm(plan))) throw new AsofError('ASOF_NOT_CONFIRMED', 'nothing was removed');
  await begin(connections, of, plan, options);
  onStep?.('it has left the registry');
  const removed = await finishRemovals(connections, onStep);
  const { modelVersions, trainingSets, stays } = plan;
  return {
    ...removed,
    modelVersions,
    trainingSets,
    stays: [
      ...stays,
      ...removed.filesElsewhere.map((what) => ({ what: `file ${what}`, why: 'it is on another host' })),
    ],
  };
}

/** Whether a removal is that of the subject. */
function isOf({ kind, name }: RemovalSubject) {
  return (removal: BegunRemoval): boolean =>
    removal.name === name && (removal.kind === kind || (kind === 'table' && removal.kind.endsWith('_table')));
}

async function open(connections: Connections): Promise<void> {
  const pool = await connections.pool();
  await migrate(pool, { onWait: connections.sayWaiting('the migration') });
  await openDeployment(pool, connections.namespace);
}

async function find(
  connections: Connections,
  subject: RemovalSubject,
): Promise<{ facts: DependencyFacts; of: DefinitionName | undefined }> {
  const facts = await readDependencies(connections);
  return { facts, of: namedDefinition(facts.registered, subject) };
}

async function expectRemovable(
  connections: Connections,
  facts: DependencyFacts,
  of: DefinitionName,
  { giveUp = [] }: RemovalOptions,
): Promise<void> {
  const way = await inTheWay(connections, await connections.pool(), of);
  refuseRemoval(facts, of, { ...way, givenUp: giveUp });
}

/** Takes the definition out of the registry, with the training sets that are given up, unless something needs it by now. */
async function begin(
  connections: Connections,
  of: DefinitionName,
  { topics, trainingSets }: PlannedRemoval,
  { giveUp = [] }: RemovalOptions,
): Promise<void> {
  await inTransaction(await connections.pool(), async (client) => {
    await lockDefinitions(client, 'exclusive');
    const definition: Definition | undefined = (await loadRegistry(client)).find(of.kind, of.name);
    if (!definition) return;
    await raiseRevisions(client, sourcesMeeting([definition]), connections.sayWaiting('remove'));
    await lockTrainingSets(client, 'exclusive');
    const facts = await readDependencies(connections, client);
    const way = await inTheWay(connections, client, of);
    refuseRemoval(facts, of, { ...way, givenUp: giveUp });
    for (const id of trainingSets) {
      refuseSet(facts, id);
      await giveUpSet(client, id);
    }
    await unregister(client, of);
    await beginRemoval(client, { ...of, topics, files: [] });
  });
}
