import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { Namespace } from '../../domain/namespace.ts';
import { fieldsWorkflowId } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type { StreamPlan, StreamSettings } from '../../schemas/workflows/stream-features.ts';
import { fillFields } from './fill-fields.ts';
import { failureReason } from './table-fills.ts';

/**
 * The fill of the fields that a source has gained: a workflow of its own, which outlives the stream's. One that has
 * failed is started again only when the definitions change, or by another run of the stream's workflow.
 */
export class FieldFill {
  readonly #settings: StreamSettings;
  readonly #onChange: (failed: string | null) => void;
  #running = false;
  #failed: { readonly revision: string | undefined; readonly reason: string } | undefined;

  /** @param onChange called with the reason of a failure, or null, when it may have changed. */
  constructor(settings: StreamSettings, onChange: (failed: string | null) => void) {
    this.#settings = settings;
    this.#onChange = onChange;
  }

  /** Whether the fill that was started here has ended. */
  get ended(): boolean {
    return !this.#running;
  }

  /** Why it failed. Undefined if it has not. */
  get failed(): string | undefined {
    return this.#failed?.reason;
  }

  /** Starts the fill, if a field needs one and no workflow does it already. */
  async start({ fields = [], revision }: Pick<StreamPlan, 'fields' | 'revision'>): Promise<void> {
    if (this.#failed && (fields.length === 0 || this.#failed.revision !== revision)) this.#note(undefined);
    if (fields.length === 0 || this.#running || this.#failed) return;
    const { source, namespace = Namespace.default.name } = this.#settings;
    try {
      const fill = await startChild(fillFields, {
        workflowId: new Namespace(namespace).temporalId(fieldsWorkflowId(source)),
        args: [{ source }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: workflowSummary(`fill ${fields.join(', ')} of ${source} from Kafka`),
      });
      this.#running = true;
      void fill.result().then(
        () => (this.#running = false),
        (error: unknown) => {
          this.#running = false;
          const reason = failureReason(error);
          if (reason !== undefined) this.#note({ revision, reason });
        },
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  #note(failed: { readonly revision: string | undefined; readonly reason: string } | undefined): void {
    this.#failed = failed;
    this.#onChange(failed?.reason ?? null);
  }
}
