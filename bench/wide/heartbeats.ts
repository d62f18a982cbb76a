import type { WorkflowHandle } from '@temporalio/client';

export interface Heartbeats {
  /** The longest time, in s, that a running activity was without a heartbeat, as the server saw it. */
  readonly longestGap: number;
  /** The attempts that ended because a heartbeat did not come in time. */
  readonly missed: number;
}

const SAMPLE_EVERY_MS = 250;

/** Watches the heartbeats of a workflow's activities until `stop`. */
export class HeartbeatWatch {
  readonly #workflow: WorkflowHandle;
  readonly #missed = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #longestGap = 0;
  #sampling: Promise<void> = Promise.resolve();

  constructor(workflow: WorkflowHandle) {
    this.#workflow = workflow;
    this.#timer = setInterval(() => {
      this.#sampling = this.#sampling.then(() => this.#sample());
    }, SAMPLE_EVERY_MS);
  }

  async stop(): Promise<Heartbeats> {
    clearInterval(this.#timer);
    await this.#sampling;
    return { longestGap: this.#longestGap, missed: this.#missed.size };
  }

  async #sample(): Promise<void> {
    const described = await this.#workflow.describe().catch(() => undefined); // it has not started
    for (const { activityId, attempt, lastHeartbeatTime, lastFailure } of described?.raw.pendingActivities ??
      []) {
      const beatAt = Number(lastHeartbeatTime?.seconds ?? 0) * 1000 + (lastHeartbeatTime?.nanos ?? 0) / 1e6;
      if (beatAt > 0) this.#longestGap = Math.max(this.#longestGap, (Date.now() - beatAt) / 1000);
      if (lastFailure?.timeoutFailureInfo) this.#missed.add(`${activityId}/${attempt}`);
    }
  }
}
