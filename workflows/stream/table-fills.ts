import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { Namespace } from '../../domain/namespace.ts';
import { backfillWorkflowId } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type { StreamSettings } from '../../schemas/workflows/stream-features.ts';
import { backfillFeatures } from './backfill-features.ts';

/** The fills of a source's tables. Each is a workflow of its own, which outlives the stream's. */
export class TableFills {
  readonly #running = new Set<string>();
  readonly #namespace: Namespace;

  constructor({ namespace = Namespace.default.name }: Pick<StreamSettings, 'namespace'>) {
    this.#namespace = new Namespace(namespace);
  }

  /** Whether all fills that were started here have ended. */
  get ended(): boolean {
    return this.#running.size === 0;
  }

  /**
   * Starts the fills of the tables. A table that a workflow already fills or backfills is left to that
   * workflow.
   */
  async start(tables: readonly string[]): Promise<void> {
    for (const table of tables) if (!this.#running.has(table)) await this.#start(table);
  }

  async #start(table: string): Promise<void> {
    try {
      const fill = await startChild(backfillFeatures, {
        workflowId: this.#namespace.temporalId(backfillWorkflowId(table)),
        args: [{ table, late: 'leave' }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: workflowSummary(`fill features.${table}, which joined its source later`),
      });
      this.#running.add(table);
      const end = (): void => void this.#running.delete(table);
      void fill.result().then(end, end);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
