const controller = new AbortController();

/**
 * A signal that aborts at Ctrl-C or SIGTERM, so that running work can end cleanly. A second Ctrl-C ends the
 * process at once.
 */
export function interruptSignal(): AbortSignal {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`interrupted by ${signal}`)));
  }
  return controller.signal;
}

/** Whether Ctrl-C or SIGTERM has interrupted this process. */
export function wasInterrupted(): boolean {
  return controller.signal.aborted;
}
