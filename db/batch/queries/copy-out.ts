import { Readable } from 'node:stream';
import type pg from 'pg';

/**
 * What a `COPY … TO STDOUT` sends: each chunk is whole lines. The server takes the text for one statement or
 * refuses it. By the simple protocol, which COPY has elsewhere, it would run several.
 */
export class CopyOut extends Readable implements pg.Submittable {
  readonly #text: string;
  #connection: pg.Connection | undefined;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  /** Called by the driver, as are the methods below. */
  submit(connection: pg.Connection): void {
    this.#connection = connection;
    connection.parse({ name: '', text: this.#text, types: [] }, true);
    connection.bind({}, true);
    connection.execute({}, true);
    connection.sync();
  }

  /** The driver uses the memory of the chunk again. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (!this.push(Buffer.from(chunk))) this.#connection?.stream.pause();
  }

  handleCommandComplete(): void {
    this.push(null);
  }

  handleReadyForQuery(): void {}

  handleError(error: Error): void {
    this.destroy(error);
  }

  override _read(): void {
    this.#connection?.stream.resume();
  }
}
