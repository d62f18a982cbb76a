import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ApplicationFailure, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { shortened } from '../../domain/errors/shortened.ts';
import { Namespace } from '../../domain/namespace.ts';
import { backfillWorkflowId } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type { FailedFill, StreamPlan, StreamSettings } from '../../schemas/workflows/stream-features.ts';
import { backfillFeatures } from './backfill-features.ts';

/** The stream's status, its page and each of its next runs have the reasons of all failed fills. */
const MOST_CHARACTERS = 1_000;

/** The fills that have failed under a revision of the definitions. */
export interface FailedFills {
  readonly revision?: string | undefined;
  readonly fills: readonly FailedFill[];
}

export const NONE_FAILED: FailedFills = { fills: [] };

/**
 * The fills of a source's tables. Each is a workflow of its own, which outlives the stream's. It retries what
 * may pass; one that has failed would fail again, so it is started again only when the definitions change, or
 * by an operator.
 */
export class TableFills {
  readonly #running = new Set<string>();
  readonly #namespace: Namespace;
  readonly #onChange: (failed: readonly FailedFill[]) => void;
  #failed: FailedFills;

  /** @param onChange called with the fills that have failed, when they may have changed. */
  constructor(
    { namespace = Namespace.default.name }: Pick<StreamSettings, 'namespace'>,
    failed: FailedFills,
    onChange: (failed: readonly FailedFill[]) => void,
  ) {
    this.#namespace = new Namespace(namespace);
    this.#failed = failed;
    this.#onChange = onChange;
  }

  /** Whether all fills that were started here have ended. */
  get ended(): boolean {
    return this.#running.size === 0;
  }

  get failed(): FailedFills {
    return this.#failed;
  }

  /**
   * Starts the fills of the tables. A table that a workflow already fills or backfills is left to that
   * workflow.
   */
  async start({ unfilled, revision }: Pick<StreamPlan, 'unfilled' | 'revision'>): Promise<void> {
    const { fills, revision: before } = this.#failed;
    const failed = revision === before ? fills.filter(({ table }) => unfilled.includes(table)) : [];
    this.#change({ revision, fills: failed });
    for (const table of unfilled) {
      if (!this.#running.has(table) && !failed.some((fill) => fill.table === table)) await this.#start(table);
    }
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
      void fill.result().then(end, (error: unknown) => {
        end();
        this.#fail(table, error);
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  /** Notes a failure, unless somebody has ended the fill. */
  #fail(table: string, error: unknown): void {
    const reason = failureReason(error);
    if (reason !== undefined)
      this.#change({ ...this.#failed, fills: [...this.#failed.fills, { table, reason }] });
  }

  #change(failed: FailedFills): void {
    this.#failed = failed;
    this.#onChange(failed.fills);
  }
}

/** Why a fill has failed. Undefined if somebody has ended it. */
export function failureReason(error: unknown): string | undefined {
  let cause = error;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure)) ({ cause } = cause);
  if (!(cause instanceof ApplicationFailure)) return undefined;
  return `${shortened(cause.message, MOST_CHARACTERS)} (${cause.type})`;
}
