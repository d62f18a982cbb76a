import type pg from 'pg';
import sql from 'sql-template-tag';

/** The limits of a session's statements, in ms; 0 is no limit. */
export interface SessionLimits {
  /** How long a statement may run. */
  readonly statement: number;
}

/** A wait for a lock of another transaction ends after this time, so that a queue never looks like work. */
const LONGEST_LOCK_WAIT_MS = 60_000;
/** The server ends a transaction whose client has sent nothing for this time: it may hold locks. */
const LONGEST_IDLE_IN_TRANSACTION_MS = 120_000;

/**
 * What can change the result of a query. The URL, the role, the database and the server may set each of them
 * otherwise; a session of Asof has these, so that equal rows give equal features and equal hashes everywhere.
 */
const MEANINGS = {
  TimeZone: 'UTC',
  timezone_abbreviations: 'Default',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  client_encoding: 'UTF8',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  default_text_search_config: 'pg_catalog.english',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  xmlbinary: 'base64',
  xmloption: 'content',
  gin_fuzzy_search_limit: '0',
  // A scan that starts where another one is gives the rows in another order.
  synchronize_seqscans: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // A policy that hides rows is an error instead of another result.
  row_security: 'off',
} as const;

/** How soon the server notices a client that is gone, and gives its locks back. */
const CLIENT_CHECKS = {
  client_connection_check_interval: '5s',
  tcp_keepalives_idle: '15',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '30s',
} as const;

/**
 * Gives a new connection the settings of Asof's sessions.
 *
 * @returns the id of the server process that runs the session.
 */
export async function openSession(client: pg.ClientBase, { statement }: SessionLimits): Promise<number> {
  const settings = Object.entries({
    ...MEANINGS,
    ...CLIENT_CHECKS,
    statement_timeout: String(statement),
    lock_timeout: String(LONGEST_LOCK_WAIT_MS),
    idle_in_transaction_session_timeout: String(LONGEST_IDLE_IN_TRANSACTION_MS),
    idle_session_timeout: '0',
    transaction_timeout: '0',
  });
  // A server that is older than a setting does not know its name. The search path has the schema in which
  // somebody installed TimescaleDB, which Asof's own statements call.
  const { rows } = await client.query<{ process: number }>(sql`
    WITH fixed AS MATERIALIZED (
      SELECT set_config(name, value, false)
      FROM unnest(${settings.map(([name]) => name)}::text[], ${settings.map(([, value]) => value)}::text[]) AS setting (name, value)
      WHERE current_setting(name, true) IS NOT NULL
      UNION ALL
      SELECT set_config('search_path', concat_ws(', ', 'public', (
        SELECT quote_ident(nspname) FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace AS schema ON schema.oid = extnamespace
        WHERE extname = 'timescaledb' AND nspname <> 'public')), false)
    )
    SELECT pg_backend_pid() AS process, count(*) FROM fixed`);
  return rows[0]!.process;
}
