/** What was opened, and how it is closed. Node 20 has no `AsyncDisposableStack`. */
export class Opened {
  readonly #closings: (() => unknown)[] = [];

  /** Has what was just opened closed with all else. */
  closeBy(close: () => unknown): void {
    this.#closings.push(close);
  }

  /**
   * Closes everything, what was opened last first. Each is closed although another fails.
   *
   * @throws the first failure.
   */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closings.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Works, then closes everything. Throws why the work failed, otherwise why a closing did. */
  async closeAfter(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.close().catch(() => {});
      throw error;
    }
    await this.close();
  }
}
