/** A resource that is opened at its first use. */
export class Lazy<Value> {
  readonly #open: () => Promise<Value>;
  readonly #close: (value: Value) => Promise<void> | void;
  #opened: Promise<Value> | undefined;

  constructor(open: () => Promise<Value>, close: (value: Value) => Promise<void> | void) {
    this.#open = open;
    this.#close = close;
  }

  /** Returns the open resource; opens it at the first call. If opening fails, the next call tries again. */
  get(): Promise<Value> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** Closes the resource if it was opened. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    const value = await opened?.catch(() => undefined);
    if (value !== undefined) await this.#close(value);
  }
}
