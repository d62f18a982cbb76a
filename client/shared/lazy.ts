/** Something that is opened at its first use. */
export class Lazy<Value> {
  readonly #open: () => Promise<Value>;
  readonly #close: (value: Value) => Promise<void> | void;
  #opened: Promise<Value> | undefined;

  constructor(open: () => Promise<Value>, close: (value: Value) => Promise<void> | void) {
    this.#open = open;
    this.#close = close;
  }

  /** What is open, or is opened now. A failure is not kept: the next use tries again. */
  get(): Promise<Value> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** Closes what was opened, if anything was. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    const value = await opened?.catch(() => undefined);
    if (value !== undefined) await this.#close(value);
  }
}
