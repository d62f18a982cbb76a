import type { Life } from '../life.ts';

/** A part of a project's life. */
export interface LivedStep {
  /** Does the work, while faults strike. */
  live(life: Life): Promise<void>;
  /** How the outcome differs from what it must be. Empty in a correct system. */
  check(life: Life): Promise<readonly string[]>;
}
