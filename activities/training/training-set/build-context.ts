import type { Pool } from '../../../db/sql/client.ts';

/** What a build needs besides its input. */
export interface BuildContext {
  readonly pool: Pool;
  /** The host that the build runs on. */
  readonly host: string;
  /** A folder on the disk of `out`, for this attempt alone. */
  readonly scratch: string;
  readonly report: (step: string) => void;
  readonly signal: AbortSignal;
}
