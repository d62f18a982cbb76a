import { loadRegistry } from '../db/registry/registry.ts';
import type { Definition } from '../domain/registry/definition.ts';
import { BatchClient } from './batch/batch-client.ts';
import { type WriteTableResult, writeTable } from './batch/write-table.ts';
import { OnlineClient } from './online/online-client.ts';
import { type ApplyOptions, type ApplyResult, apply, plan } from './registry/apply.ts';
import { type GivenDefinition, definitionsFrom } from './registry/load-definitions.ts';
import type { Change } from './registry/plan.ts';
import { type ResetOptions, checkReset, resetServers } from './registry/reset-servers.ts';
import type { ResetReport } from './registry/reset.ts';
import { RetentionClient } from './retention/retention-client.ts';
import { type ServerOptions, Systems } from './shared/systems.ts';
import { FeatureTableClient } from './stream/feature-table-client.ts';
import { StreamClient } from './stream/stream-client.ts';
import { LineageClient } from './training/lineage-client.ts';
import { ModelClient } from './training/model-client.ts';
import { TrainingSetClient } from './training/training-set-client.ts';

/**
 * Asof, as a program uses it. Servers are connected to at the first call that needs them, and let go by
 * {@link Asof.close}. Long work is done by a worker (`npx asof worker`), in a workflow that outlives the program.
 */
export class Asof implements AsyncDisposable {
  /** What model versions come from, and what comes from a table or source. */
  readonly lineage: LineageClient;
  /** What the definitions say is too old to keep. */
  readonly retention: RetentionClient;
  readonly #systems: Systems;
  readonly #servers: ServerOptions;

  constructor(servers: ServerOptions) {
    this.#servers = servers;
    this.#systems = new Systems(servers);
    this.lineage = new LineageClient(this.#systems);
    this.retention = new RetentionClient(this.#systems);
  }

  /**
   * What {@link Asof.apply} would do; empty where everything is there. Changes nothing but Asof's own tables, which it
   * brings up to date.
   *
   * @param definitions a folder of modules that export definitions, or the definitions.
   * @throws AsofError `ASOF_DEFINITIONS_MISSING`, `ASOF_DEFINITIONS_UNREADABLE`, `ASOF_DEFINITION_INVALID`;
   * `ASOF_CHANGE_REFUSED` for a change that would leave rows wrong.
   */
  async plan(definitions: string | readonly GivenDefinition[]): Promise<Change[]> {
    return plan(this.#systems, await definitionsFrom(definitions));
  }

  /**
   * Makes the schemas, hypertables, topics and Temporal schedules that the definitions ask for, and registers them.
   * Relations and registry change in one transaction. Nothing that exists is removed or rewritten; safe to call again.
   *
   * @param definitions a folder of modules that export definitions, or the definitions.
   * @throws AsofError as {@link Asof.plan}; `ASOF_NOT_CONFIRMED` when `confirm` says no.
   */
  async apply(
    definitions: string | readonly GivenDefinition[],
    options: ApplyOptions = {},
  ): Promise<ApplyResult> {
    return apply(this.#systems, await definitionsFrom(definitions), options);
  }

  /** The current version of every registered definition, by kind and name; none where `apply` never ran. */
  async definitions(): Promise<readonly Definition[]> {
    return (await loadRegistry(await this.#systems.pool())).definitions;
  }

  /**
   * Empties Asof: ends its workflows and schedules, and deletes the topics of its sources, its online keys and all of its
   * tables, **with everything in them**.
   *
   * @throws AsofError `ASOF_RESET_REFUSED` on servers that the running stack did not start, unless forced.
   */
  reset(options: ResetOptions = {}): Promise<ResetReport> {
    return resetServers(this.#systems, this.#servers, options);
  }

  /**
   * Throws what {@link Asof.reset} would throw before it deletes anything, for a program that has other things to do
   * first. Asks no server.
   *
   * @throws AsofError `ASOF_RESET_REFUSED`.
   */
  checkReset(options: ResetOptions = {}): void {
    checkReset(this.#servers, options);
  }

  /** An event source's stream, such as `user-events`. */
  stream(source: string): StreamClient {
    return new StreamClient(this.#systems, source);
  }

  /** A feature table, such as `user_activity_features`. */
  table(name: string): FeatureTableClient {
    return new FeatureTableClient(this.#systems, name);
  }

  /** The computation of a batch table, such as `transaction_features`. */
  batch(table: string): BatchClient {
    return new BatchClient(this.#systems, table);
  }

  /** A training set, such as `churn`. */
  trainingSet(name: string): TrainingSetClient {
    return new TrainingSetClient(this.#systems, name);
  }

  /** A model, such as `user_churn_model`. */
  model(name: string): ModelClient {
    return new ModelClient(this.#systems, name);
  }

  /** An online table, such as `user_activity_features`. */
  online(table: string): OnlineClient {
    return new OnlineClient(this.#systems, table);
  }

  /**
   * Writes rows into a reference table, over those with the same key and `valid_from`; all of them or none.
   *
   * @param rows objects with the table's fields and `valid_from` (RFC 3339), or the path of a file that holds one JSON
   * object a line (`-`: standard input).
   * @throws AsofError `ASOF_TABLE_UNKNOWN`, `ASOF_FILE_UNREADABLE`; `ASOF_ROWS_INVALID`, which names the rows and what is
   * wrong with them.
   */
  writeTable(table: string, rows: string | Iterable<object>): Promise<WriteTableResult> {
    return writeTable(this.#systems, table, rows);
  }

  /** Closes every connection. Calls that are made afterwards fail with `ASOF_CLIENT_CLOSED`; closing again does nothing. */
  async close(): Promise<void> {
    await this.#systems.close();
  }

  /** What `await using` calls: {@link Asof.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
