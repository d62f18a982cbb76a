import pg from 'pg';

/** Gets each statement that a client is to send, and sends it, another one, or none. */
export type Interceptor = (client: object, text: string, send: (other?: string) => unknown) => unknown;

type Query = (this: object, statement: string | { text?: string }, ...rest: unknown[]) => unknown;

/** Puts itself between Asof and its database, in this process; Asof's own code knows nothing of it. */
export function interceptQueries(intercept: Interceptor): void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function (statement, ...rest) {
    const text = (typeof statement === 'string' ? statement : statement.text) ?? '';
    return intercept(this, text, (other) =>
      other === undefined ? query.call(this, statement, ...rest) : query.call(this, other),
    );
  };
}

/** The steps of a stream's commit, by the statements that make them. */
export const steps = {
  cursors: /UPDATE asof\.stream_cursors/,
  raw: /COPY "events"\."(?!dead_letters|late_events)/,
  locks: /pg_advisory_xact_lock\(.*bucket\)/,
  tiles: /(COPY|INSERT INTO) "tiles"\./,
  rows: /(COPY|INSERT INTO) "features"\./,
  seal: /INSERT INTO asof\.writes/,
};
