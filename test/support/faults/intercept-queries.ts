import pg from 'pg';

/**
 * Receives each statement before a client sends it. It may `send` the statement, send another one, or none.
 */
export type Interceptor = (client: object, text: string, send: (other?: string) => unknown) => unknown;

type Query = (this: object, statement: string | { text?: string }, ...rest: unknown[]) => unknown;

/** Intercepts all statements of this process to the database, without a hook in Asof's own code. */
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

/** The steps of a commit, recognized by their statements. */
export const steps = {
  cursors: /UPDATE asof\.stream_cursors/,
  raw: /COPY "events"\."(?!dead_letters|late_events)/,
  locks: /pg_advisory_xact_lock\(.*bucket\)/,
  tiles: /(COPY|INSERT INTO) "tiles"\./,
  rows: /(COPY|INSERT INTO) "features"\./,
  batch: /FROM "pg_temp"\."computed"\),\s+stored AS MATERIALIZED/,
  seal: /INSERT INTO asof\.writes/,
};
