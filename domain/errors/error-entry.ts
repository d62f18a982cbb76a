/**
 * What an error means to whoever decides what happens next.
 * `input`: somebody has to change something; trying again cannot help.
 * `unavailable`: a server or a resource is missing right now; trying again may help.
 * `conflict`: another writer was faster; read the state anew and try again.
 */
export type ErrorKind = 'input' | 'unavailable' | 'conflict';

/** What is known of an error's code. Texts are Markdown, with links as from `docs/reference/`. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** The HTTP status, for a code that callers of endpoints see. Omitted: the status of its kind. */
  readonly status?: number;
  readonly means: string;
  readonly do: string;
}

export type ErrorSection = Readonly<Record<`ASOF_${string}`, ErrorEntry>>;
