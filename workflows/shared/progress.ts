import { defineQuery, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { AsofSource, AsofState } from './search-attributes.ts';

const statusQuery = defineQuery<unknown>('status');

/** Where a workflow stands: for its `status` query, for the list of workflows, and for its page in the Web UI. */
export abstract class Progress<State extends string, Status> {
  #state: State;

  /** From now on the workflow answers the query. */
  constructor(first: State) {
    this.#state = first;
    setHandler(statusQuery, () => this.status);
  }

  /** What the query answers. */
  abstract get status(): Status;

  get state(): State {
    return this.#state;
  }

  /** Enters a state, or stays in it, and says on the workflow's page where it stands now. */
  show(state: State): void {
    if (state !== this.#state) {
      upsertSearchAttributes([{ key: AsofState, value: state }]);
      this.entered();
    }
    this.#state = state;
    setCurrentDetails(this.describe());
  }

  /** Says in the list of workflows which event source this one works on. */
  protected showSource(source: string): void {
    upsertSearchAttributes([{ key: AsofSource, value: source }]);
  }

  /** What begins anew with each state. */
  protected entered(): void {}

  /** The status in words, as Markdown. */
  protected abstract describe(): string;
}
