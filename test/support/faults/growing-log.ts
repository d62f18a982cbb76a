import { produce } from '../projects/log.ts';
import type { Project } from '../projects/project.ts';
import { inLists } from '../records/in-lists.ts';
import type { FaultPlan } from './fault-plan.ts';
import { randomDay } from './random-log.ts';

/** A project's topic that a test extends whenever the stream needs more records to read. */
export class GrowingLog {
  readonly #project: Project;
  readonly #plan: Pick<FaultPlan, 'seed' | 'users' | 'source'>;
  #days = 0;
  #sent = 0;

  constructor(project: Project, plan: Pick<FaultPlan, 'seed' | 'users' | 'source'>) {
    this.#project = project;
    this.#plan = plan;
  }

  get sent(): number {
    return this.#sent;
  }

  /** Sends the records of one more day. */
  async grow(): Promise<void> {
    const { seed, users, source } = this.#plan;
    const events = randomDay(seed, this.#days, source.topicPartitions, users);
    const records = source.explode ? inLists(events, seed) : events;
    await produce(this.#project.kafka, this.#project.source, records);
    this.#days += 1;
    this.#sent += records.length;
  }

  /** Whether the stream has read everything that was sent. */
  async isRead(): Promise<boolean> {
    const { rows } = await this.#project.pool.query<{ taken: number }>(
      'SELECT coalesce(sum(next_offset), 0)::int AS taken FROM asof.stream_cursors',
    );
    return rows[0]!.taken === this.#sent;
  }
}
