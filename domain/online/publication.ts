import type { Duration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';

/** What one sync of a table published. */
export interface Publication {
  /** The number of this sync of the table. Readers use generations up to it. */
  readonly sync: number;
  /** The number of the last sync that wrote every key. Generations before it are obsolete. */
  readonly since: number;
  /** The id of the sync's line in the registry. */
  readonly syncId: string;
  /** The knowledge cut: the rows are those that were committed up to this sequence. */
  readonly sequence: string;
  readonly publishedAt: Instant;
  readonly availableAfter: Duration;
  /** The features of a row, in the order of its values. */
  readonly features: readonly string[];
}

/**
 * What makes a table's rows readable. All rows of a sync become readable at once, when its publication
 * becomes `current`.
 */
export interface Pointer {
  readonly current: Publication;
  readonly previous: Publication | null;
}

/**
 * The publication that a read as of a moment uses. A reader takes its moment before it reads, so a sync that
 * is published in between does not change the answer. Undefined before the first publication.
 */
export function publicationAsOf({ current, previous }: Pointer, asOf: Instant): Publication | undefined {
  return current.publishedAt <= asOf ? current : (previous ?? undefined);
}
