/** What the service takes of a caller, who may be slow, wrong or hostile. */
export interface ServingLimits {
  /** The longest body, in bytes. */
  readonly bodyBytes: number;
  /** The greatest number of records of a request. */
  readonly records: number;
  /** How long the headers of a request may take to arrive, in ms. */
  readonly headersWithinMs: number;
  /** How long a request may take to arrive, with its body, in ms. */
  readonly requestWithinMs: number;
}

/**
 * A body of 1 MiB holds the event loop for some tens of ms, in which nobody else is answered. 2,000 records are
 * answered in one round trip to the online store. A client that is not there to hold connections sends a request at
 * once; 1 MiB arrives within 10 s on a line of 1 Mbit/s.
 */
export const DEFAULT_LIMITS: ServingLimits = {
  bodyBytes: 1024 * 1024,
  records: 2_000,
  headersWithinMs: 5_000,
  requestWithinMs: 10_000,
};

/** How often Node looks for requests that are late, in ms. */
export const LOOK_EVERY_MS = 500;
