import { loadRegistry } from '../db/registry/registry.ts';
import type { DefinitionName, Dependents } from '../domain/lineage/dependents.ts';
import type { DefinitionSet } from '../domain/registry/definition-set.ts';
import type { Definition } from '../domain/registry/definition.ts';
import type { VerifyTrainingSetResult } from '../schemas/workflows/verify-training-set.ts';
import { BatchClient } from './batch/batch-client.ts';
import { type WriteTableOptions, type WriteTableResult, writeTable } from './batch/write-table.ts';
import { OnlineClient } from './online/online-client.ts';
import { type ApplyOptions, type ApplyResult, apply } from './registry/apply.ts';
import { findDependents, readDependencies } from './registry/dependents.ts';
import { type GivenDefinition, definitionsFrom } from './registry/load-definitions.ts';
import type { ApplyPlan } from './registry/plan/apply-plan.ts';
import { type PlanOptions, planDefinitions } from './registry/plan/plan-definitions.ts';
import type { PlannedRemoval, RemovalOptions } from './registry/remove/removal-plan.ts';
import { type TrainingSetRemoval, removeTrainingSet } from './registry/remove/remove-training-set.ts';
import { type RemovalReport, type RemoveOptions, remove, showRemoval } from './registry/remove/remove.ts';
import type { RemovalSubject } from './registry/remove/subject.ts';
import { type ResetOptions, checkReset, resetServers } from './registry/reset-servers.ts';
import type { ResetReport } from './registry/reset.ts';
import { RetentionClient } from './retention/retention-client.ts';
import { Connections, type ServerOptions } from './shared/connections.ts';
import { FeatureTableClient } from './stream/feature-table-client.ts';
import {
  type InferFrom,
  type InferSourceOptions,
  type InferredDefinition,
  inferEventSource,
} from './stream/infer/infer-event-source.ts';
import { StreamClient } from './stream/stream-client.ts';
import { ExplainClient } from './training/explain/explain-client.ts';
import { ImpactClient } from './training/impact/impact-client.ts';
import { LineageClient } from './training/lineage-client.ts';
import { ModelClient } from './training/model-client.ts';
import { TrainingSetsClient } from './training/sets/training-sets-client.ts';
import { TrainingSetClient } from './training/training-set-client.ts';
import { type VerifyTrainingSetOptions, verifyTrainingSet } from './training/verify-training-set.ts';

/**
 * Everything that Asof does for a program. The client connects to a server at the first call that needs it,
 * and closes all connections in {@link Asof.close}. A worker (`npx asof worker`) does the long work, in a
 * workflow that goes on when the program ends.
 */
export class Asof implements AsyncDisposable {
  /** Why a value is what it is, down to raw events. */
  readonly explain: ExplainClient;
  /** What a correction touches. */
  readonly impact: ImpactClient;
  /** What features, training sets, models and endpoints are made of, and what is made of a field. */
  readonly lineage: LineageClient;
  /** Removes what is older than the definitions allow. */
  readonly retention: RetentionClient;
  /** Built training sets, of all definitions. */
  readonly trainingSets: TrainingSetsClient;
  readonly #connections: Connections;
  readonly #servers: ServerOptions;

  constructor(servers: ServerOptions) {
    this.#servers = servers;
    this.#connections = new Connections(servers);
    this.explain = new ExplainClient(this.#connections);
    this.impact = new ImpactClient(this.#connections);
    this.lineage = new LineageClient(this.#connections);
    this.retention = new RetentionClient(this.#connections);
    this.trainingSets = new TrainingSetsClient(this.#connections);
  }

  /**
   * Returns what {@link Asof.apply} would do, and what that means: which options change and from what to what, what
   * is refused and why, what has to be computed again and about how long that takes, which training sets, models and
   * endpoints are touched, what is registered but not among the definitions, and what somebody must decide. Computes
   * changed stream tables beside the registered ones from recent events, with the predictions of the models in use.
   * Changes only Asof's own tables, which it migrates to the current version.
   *
   * @param definitions the path of a folder with modules that export definitions, or the definitions
   * themselves.
   * @throws AsofError `ASOF_DEFINITIONS_MISSING`, `ASOF_DEFINITIONS_UNREADABLE`, `ASOF_DEFINITION_INVALID`;
   * `ASOF_INPUT_INVALID`; `ASOF_DATABASE_TAKEN`, `ASOF_NAMESPACE_DIFFERS`; `ASOF_RESET_UNFINISHED`.
   * @example
   * ```ts
   * const { changes, decisions } = await asof.plan('my-definitions');
   * for (const { what, options } of changes)
   *   for (const { option, before, after } of options) console.log(what, option, before, after);
   * if (decisions.length > 0) process.exitCode = 2;
   * ```
   */
  async plan(
    definitions: string | readonly GivenDefinition[],
    options: PlanOptions = {},
  ): Promise<ApplyPlan> {
    return planDefinitions(this.#connections, await this.#definitionsFrom(definitions), options);
  }

  /**
   * Makes the schemas, hypertables, topics and Temporal schedules that the definitions need, and registers
   * the definitions. One transaction makes the relations and registers the definitions: all of them, or none.
   * `apply` never removes or rewrites what exists, and is safe to repeat.
   *
   * @param definitions the path of a folder with modules that export definitions, or the definitions
   * themselves.
   * @throws AsofError the codes of {@link Asof.plan}; `ASOF_CHANGE_REFUSED` if a change would leave rows wrong, with
   * all that are; `ASOF_BATCH_QUERY_INVALID` if the SQL of a batch table
   * does not run; `ASOF_NOT_CONFIRMED` if `confirm` answers false; `ASOF_DATABASE_TAKEN` if the database is
   * not Asof's alone; `ASOF_NAMESPACE_DIFFERS`, `ASOF_NAMESPACE_TAKEN`.
   * @example
   * ```ts
   * import { shop, activity } from './my-definitions/shop.ts';
   *
   * const { applied } = await asof.apply([shop, activity]);
   * ```
   */
  async apply(
    definitions: string | readonly GivenDefinition[],
    options: ApplyOptions = {},
  ): Promise<ApplyResult> {
    return apply(this.#connections, await this.#definitionsFrom(definitions), options);
  }

  /**
   * Returns the current version of every registered definition, by kind and name. Empty before the first
   * `apply`.
   */
  async definitions(): Promise<readonly Definition[]> {
    return (await loadRegistry(await this.#connections.pool())).definitions;
  }

  /**
   * Removes a registered definition with everything that Asof made for it: relations with their rows, schedules, online
   * keys, running workflows, rights. Its versions stay readable for what was made from them. Nothing that Asof did not
   * make goes, nor a topic, unless `topic` is true. If a call is interrupted, the next one, or {@link Asof.apply},
   * finishes it.
   *
   * @param subject the kind and the name; the kind `table` means a table of any kind.
   * @throws AsofError `ASOF_REMOVAL_REFUSED`, which names what needs it; `ASOF_NOT_CONFIRMED` if `confirm` answers
   * false; `ASOF_SOURCE_UNKNOWN`, `ASOF_TABLE_UNKNOWN` or the like for an unknown name.
   * @example
   * ```ts
   * const { relations, keys } = await asof.remove({ kind: 'online_table', name: 'user_activity_features' });
   * ```
   */
  remove(subject: RemovalSubject, options: RemoveOptions = {}): Promise<RemovalReport> {
    return remove(this.#connections, subject, options);
  }

  /**
   * Returns what {@link Asof.remove} would end and delete. Changes only Asof's own tables, which it migrates to the
   * current version.
   *
   * @throws AsofError the codes of {@link Asof.remove}.
   */
  planRemoval(subject: RemovalSubject, options: RemovalOptions = {}): Promise<PlannedRemoval> {
    return showRemoval(this.#connections, subject, options);
  }

  /**
   * Removes a built training set: its manifest, hashes and statistics, and the files that Asof made of it on this host.
   * It cannot be verified or built again from then on.
   *
   * @param id the id of a built set, such as `ts_0f3a…`.
   * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`; `ASOF_REMOVAL_REFUSED` while an alias or an endpoint uses a model
   * version that was trained on it.
   */
  removeTrainingSet(id: string): Promise<TrainingSetRemoval> {
    return removeTrainingSet(this.#connections, id);
  }

  /**
   * Returns what depends on a registered definition: the definitions that are built on it, the training sets that were
   * built from it, and the model versions that were trained on these, with the aliases and endpoints that use them.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`, `ASOF_TABLE_UNKNOWN` or the like for an unknown name;
   * `ASOF_MLFLOW_UNAVAILABLE`.
   * @example
   * ```ts
   * const { definitions, models } = await asof.dependents({ kind: 'event_source', name: 'user-events' });
   * ```
   */
  async dependents(of: DefinitionName): Promise<Dependents> {
    return findDependents(await readDependencies(this.#connections), of);
  }

  /**
   * Looks at some records of a topic, or at some lines of a file, and writes an event source to start from.
   * Reads only: commits no offset and moves no cursor.
   *
   * @returns the definition as TypeScript and as data, what it is unsure of, and how many of the records it
   * takes.
   * @throws AsofError `ASOF_INFERENCE_FAILED` if nothing in the sample is an event; `ASOF_TOPIC_MISSING`,
   * `ASOF_FILE_UNREADABLE`.
   * @example
   * ```ts
   * const { typescript, events, records } = await asof.inferSource({ file: 'events.ndjson' });
   * console.log(`${typescript}\n${events} of ${records} records are events`);
   * ```
   */
  inferSource(from: InferFrom, options: InferSourceOptions = {}): Promise<InferredDefinition> {
    return inferEventSource(this.#connections, from, options);
  }

  /**
   * Empties the deployment: ends its workflows and schedules, and deletes the topics that it made, its online
   * keys and all of its tables, **with everything in them**. Deletes nothing that it did not make. If a call is
   * interrupted, the next one, or {@link Asof.apply}, finishes it.
   *
   * @throws AsofError `ASOF_RESET_REFUSED` if the running stack did not start one of the servers, unless
   * `force` is true; `ASOF_RESET_BLOCKED` if somebody else's views read its tables; `ASOF_NOT_CONFIRMED` if
   * `confirm` answers false.
   */
  reset(options: ResetOptions = {}): Promise<ResetReport> {
    return resetServers(this.#connections, this.#servers, options);
  }

  /**
   * Throws the error that {@link Asof.reset} would throw before it deletes anything, for a program that does
   * other work first. Calls no server.
   *
   * @throws AsofError `ASOF_RESET_REFUSED` as {@link Asof.reset}.
   */
  checkReset(options: ResetOptions = {}): void {
    checkReset(this.#servers, options);
  }

  /**
   * Returns the part of the client for an event source and its stream.
   *
   * @param source its name, such as `user-events`.
   */
  stream(source: string): StreamClient {
    return new StreamClient(this.#connections, source);
  }

  /**
   * Returns the part of the client for a feature table.
   *
   * @param name its name, such as `user_activity_features`.
   */
  table(name: string): FeatureTableClient {
    return new FeatureTableClient(this.#connections, name);
  }

  /**
   * Returns the part of the client that computes a batch table.
   *
   * @param table its name, such as `transaction_features`.
   */
  batch(table: string): BatchClient {
    return new BatchClient(this.#connections, table);
  }

  /**
   * Returns the part of the client for a training set.
   *
   * @param name its name, such as `churn`.
   */
  trainingSet(name: string): TrainingSetClient {
    return new TrainingSetClient(this.#connections, name);
  }

  /**
   * Verifies a training set: builds it again, as it was built, and compares the hashes. Changes nothing. Needs a worker on
   * this host.
   *
   * @param id the id of a built set, such as `ts_0f3a…`.
   * @throws AsofError `ASOF_VERIFICATION_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { same, first } = await asof.verifyTrainingSet('ts_0f3a5d1b2c4e');
   * ```
   */
  verifyTrainingSet(id: string, options: VerifyTrainingSetOptions = {}): Promise<VerifyTrainingSetResult> {
    return verifyTrainingSet(this.#connections, id, options);
  }

  /**
   * Returns the part of the client for a model.
   *
   * @param name its name, such as `user_churn_model`.
   */
  model(name: string): ModelClient {
    return new ModelClient(this.#connections, name);
  }

  /**
   * Returns the part of the client for an online table.
   *
   * @param table its name, such as `user_activity_features`.
   */
  online(table: string): OnlineClient {
    return new OnlineClient(this.#connections, table);
  }

  /**
   * Writes rows into a reference table or an external table: all of them, or none. A row takes the place of
   * the stored row with the same key and moment; in an external table it becomes its next version, and an equal
   * row changes nothing. Memory holds a part of the rows. Needs no worker.
   *
   * @param table the name of the table, such as `products`.
   * @param rows objects with the table's columns and its moment (`valid_from` of a reference table), one by one
   * or as they come; or the path of a file (`-`: standard input).
   * @throws AsofError `ASOF_TABLE_UNKNOWN`, `ASOF_FILE_UNREADABLE`; `ASOF_ROWS_INVALID`, which says what is
   * wrong with which rows; `ASOF_DATABASE_LOCKED` if another writer of the table hangs.
   * @example
   * ```ts
   * await asof.writeTable('products', [
   *   { product_id: 'p_1', valid_from: '2026-03-01T00:00:00Z', category: 'shoes' },
   * ]);
   * await asof.writeTable('customer_scores', 'scores.parquet');
   * ```
   */
  writeTable(
    table: string,
    rows: string | Iterable<object> | AsyncIterable<object>,
    options: WriteTableOptions = {},
  ): Promise<WriteTableResult> {
    return writeTable(this.#connections, table, rows, options);
  }

  #definitionsFrom(given: string | readonly GivenDefinition[]): Promise<DefinitionSet> {
    return definitionsFrom(given, this.#connections.namespace);
  }

  /** Closes all connections. Later calls fail with `ASOF_CLIENT_CLOSED`; closing again does nothing. */
  async close(): Promise<void> {
    await this.#connections.close();
  }

  /** Calls {@link Asof.close} at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
