import type { Pool } from '../../../db/sql/client.ts';

/** What a build needs besides its input. */
export interface BuildContext {
  readonly pool: Pool;
  /** The host that the build runs on. */
  readonly host: string;
  /** A folder on the disk of the file that is made, for this attempt alone. */
  readonly scratch: string;
  /** The folder of the files that Asof keeps itself. */
  readonly kept: string;
  /** Chunks of feature tables that together have so many bytes are read through their mirror. Omitted: 16 MiB. */
  readonly mirrorFrom?: number | undefined;
  readonly report: (step: string) => void;
  readonly signal: AbortSignal;
}
