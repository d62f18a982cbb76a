/**
 * What an error means for its handler:
 * - `input`: somebody has to change something. A retry cannot help.
 * - `unavailable`: a server or a resource is missing right now. A retry may help.
 * - `conflict`: another writer was faster. A retry reads the new state.
 */
export type ErrorKind = 'input' | 'unavailable' | 'conflict';

/** What the table says of an error code. Texts are Markdown, with links as from `docs/reference/`. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** The HTTP status, for a code with words for the callers of endpoints. Omitted: its words are not for them. */
  readonly status?: number;
  readonly means: string;
  readonly do: string;
}

export type ErrorSection = Readonly<Record<`ASOF_${string}`, ErrorEntry>>;
