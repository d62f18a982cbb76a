/** Where the demo's events come from. */
export interface EventOptions {
  /** A file of real events; without it the simulator makes them. */
  readonly events?: string | undefined;
  readonly seed: number;
  /** RFC 3339 time up to which events are simulated. */
  readonly until: string;
}

export interface DemoOptions extends EventOptions {
  /** A spine for the real events. */
  readonly labels?: string | undefined;
  /** Whether to empty also servers that the environment names. */
  readonly force?: boolean | undefined;
}
