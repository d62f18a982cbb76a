import { type GivenDefinition, definitionsFrom } from '../client/registry/load-definitions.ts';
import { SimulatedDeployment } from './deployment.ts';
import { durationOf, instantOf } from './shared/given-times.ts';
import { Simulation } from './simulation.ts';

/** What to simulate. */
export interface SimulateOptions {
  /** The path of a folder with modules that export definitions, or the definitions, with all that they are made of. */
  readonly definitions: string | readonly GivenDefinition[];
  /** RFC 3339: where the clock begins. The definitions are applied then, so schedules run from then on. */
  readonly start: string;
  /** From one trigger of a stream to the next. `0`: each event is read as it arrives. Default: `5 minutes`. */
  readonly trigger?: string | undefined;
  /**
   * `continuous`: what is written is published at once. `by hand`: when the test refreshes the online table.
   * Default: `continuous`.
   */
  readonly online?: 'continuous' | 'by hand' | undefined;
  /** Decides where in a micro-batch a crash falls. Default: 1. */
  readonly seed?: number | undefined;
}

/**
 * Starts a simulation: streams, schedules, tables and online tables in this process, without a server, by the engine
 * that runs on the servers. Its clock stands still until the test moves it.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING`, `ASOF_DEFINITION_INVALID`, `ASOF_INPUT_INVALID`.
 * @example
 * ```ts
 * import { simulate } from 'asof/testing';
 *
 * const sim = await simulate({ definitions: 'my-definitions', start: '2026-03-01T00:00:00Z' });
 * sim.send('user-events', [{ user_id: 'u_1', event_type: 'purchase', event_ts: '2026-03-01T09:50:00Z' }], {
 *   at: 'event-time',
 * });
 * await sim.advanceTo('2026-03-01T10:05:00Z');
 * const row = sim.at('2026-03-01T10:05:00Z').lookUp('user_activity_features', { user_id: 'u_1' });
 * ```
 */
export async function simulate({
  definitions,
  start,
  trigger = '5 minutes',
  online = 'continuous',
  seed = 1,
}: SimulateOptions): Promise<Simulation> {
  const settings = {
    start: instantOf('start', start),
    trigger: durationOf('trigger', trigger),
    isOnlineContinuous: online === 'continuous',
    seed,
  };
  return new Simulation(new SimulatedDeployment(await definitionsFrom(definitions), settings));
}
