/** Where the demo's events come from. */
export interface EventOptions {
  /** A file of real events. Omitted: the simulator makes the events. */
  readonly events?: string | undefined;
  readonly seed: number;
  /** RFC 3339 time up to which events are simulated. */
  readonly until: string;
}

export interface DemoOptions extends EventOptions {
  /** A spine for the real events. Omitted: no model is trained on real events. */
  readonly labels?: string | undefined;
  /** Whether to empty servers that the environment names, too. */
  readonly force?: boolean | undefined;
}
