import { defineQuery, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { AsofSource, AsofState } from './search-attributes.ts';

const statusQuery = defineQuery<unknown>('status');

/**
 * How far a workflow is: for its `status` query, for the list of workflows, and for its page in the Web UI.
 */
export abstract class WorkflowProgress<State extends string, Status> {
  #state: State;

  /** Registers the `status` query. */
  constructor(first: State) {
    this.#state = first;
    setHandler(statusQuery, () => this.status);
  }

  /** The answer to the `status` query. */
  abstract get status(): Status;

  get state(): State {
    return this.#state;
  }

  /** Enters a state, or stays in it, and updates the page of the workflow. */
  show(state: State): void {
    if (state !== this.#state) {
      upsertSearchAttributes([{ key: AsofState, value: state }]);
      this.entered();
    }
    this.#state = state;
    setCurrentDetails(this.describe());
  }

  /** Shows the event source in the list of workflows. */
  protected showSource(source: string): void {
    upsertSearchAttributes([{ key: AsofSource, value: source }]);
  }

  /** Called when the workflow enters another state. */
  protected entered(): void {}

  /** The status in words, as Markdown. */
  protected abstract describe(): string;
}
