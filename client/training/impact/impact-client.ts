import { randomUUID } from 'node:crypto';
import { IMPACT_WORKFLOW_ID, impactQuestionWorkflowId } from '../../../domain/workflow-ids.ts';
import type { AssessImpactInput, ImpactResult } from '../../../schemas/workflows/assess-impact.ts';
import type { Connections } from '../../shared/connections.ts';
import type { FollowOptions } from '../../shared/follow-workflow.ts';
import { runAlone } from '../../shared/run-alone.ts';
import { runOwn } from '../../shared/run-own.ts';

/** How to follow an assessment. */
export type AssessOptions = FollowOptions<ImpactResult>;

/** How many changed rows to list, and how to follow the work. */
export interface ImpactOptions extends FollowOptions<ImpactResult> {
  /** The number of changed rows of each table to list, at most 1,000. Default: 20. */
  readonly listed?: number | undefined;
}

/** The late events that a backfill would merge. */
export interface LateImpactOptions extends ImpactOptions {
  /** RFC 3339 event time, inclusive. The range is widened to whole slides. Default: the first event. */
  readonly from?: string | undefined;
  /** RFC 3339 event time, exclusive. Default: the last event. */
  readonly to?: string | undefined;
}

/** Tells what a correction touches: rows of feature tables, training sets, and models. */
export class ImpactClient {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /**
   * Tells what a backfill of a stream table would change, and changes nothing: it merges the kept late events in a
   * transaction that is rolled back. Needs a worker.
   *
   * @param table the name of the stream table.
   * @throws AsofError `ASOF_IMPACT_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { merged, trainingSets } = await asof.impact.ofLateEvents('user_activity_features');
   * ```
   */
  ofLateEvents(table: string, { from, to, ...options }: LateImpactOptions = {}): Promise<ImpactResult> {
    return this.#ask({ late: { table, from, to } }, `late events of ${table}`, options);
  }

  /**
   * Tells what one write changed. Needs a worker.
   *
   * @param sequence the sequence of the write, as in `asof.writes` and in explanations.
   * @throws AsofError `ASOF_IMPACT_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { changed, trainingSets } = await asof.impact.ofWrite('17');
   * ```
   */
  ofWrite(sequence: string, options: ImpactOptions = {}): Promise<ImpactResult> {
    return this.#ask({ write: sequence }, `write ${sequence}`, options);
  }

  /**
   * Tells what all writes after one changed. Needs a worker.
   *
   * @param sequence the sequence of the last write that does not count, such as the knowledge cut of a training set.
   * @throws AsofError `ASOF_IMPACT_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { changed, trainingSets } = await asof.impact.since('17');
   * ```
   */
  since(sequence: string, options: ImpactOptions = {}): Promise<ImpactResult> {
    return this.#ask({ since: sequence }, `writes after ${sequence}`, options);
  }

  /**
   * Holds each training set against what was written since the last time, records what that changes, and follows the
   * set's rule (`onCorrection`). Each correction counts once. If the workflow `impact` runs, the call waits for its
   * end, then starts its own. Needs a worker.
   *
   * @throws AsofError `ASOF_IMPACT_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { trainingSets, outcomes } = await asof.impact.assess();
   * ```
   */
  async assess(options: AssessOptions = {}): Promise<ImpactResult> {
    return runOwn(await this.#connections.temporal(), {
      start: {
        type: 'assessImpact',
        workflowId: IMPACT_WORKFLOW_ID,
        input: {},
        summary: 'training sets against corrections',
      },
      isOwn: () => false,
      options,
    });
  }

  async #ask(
    question: AssessImpactInput,
    summary: string,
    { listed, ...options }: ImpactOptions,
  ): Promise<ImpactResult> {
    const workflowId = impactQuestionWorkflowId(randomUUID().slice(0, 8));
    const input = { ...question, listed };
    return runAlone(
      await this.#connections.temporal(),
      { type: 'assessImpact', workflowId, input, summary },
      options,
    );
  }
}
