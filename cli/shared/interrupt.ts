const controller = new AbortController();

/** Aborts at Ctrl-C or SIGTERM, so that work can end cleanly; a second Ctrl-C ends the process at once. */
export function interruptSignal(): AbortSignal {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`interrupted by ${signal}`)));
  }
  return controller.signal;
}

/** Whether the command was told to stop before it was done. */
export function wasInterrupted(): boolean {
  return controller.signal.aborted;
}
