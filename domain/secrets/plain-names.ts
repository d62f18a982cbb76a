import { ERRORS } from '../errors/errors.ts';
import { USERINFO } from './userinfo.ts';

/** Where Asof's servers are, who it is there, and what it is called: settings that its output shows. */
const SHOWN = new Set([
  ...['DATABASE_URL', 'ASOF_QUERY_DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS', 'KAFKA_USERNAME'],
  ...['MLFLOW_TRACKING_URI', 'MLFLOW_TRACKING_USERNAME', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'],
  ...['SCHEMA_REGISTRY_URL', 'SCHEMA_REGISTRY_USERNAME'],
  ...['ASOF_SERVING_URL', 'ASOF_NAMESPACE', 'ASOF_TASK_QUEUE', 'ASOF_HOST', 'ASOF_STACK'],
  // The same in the settings of a program.
  ...['databaseUrl', 'url', 'redisUrl', 'brokers', 'username', 'uri', 'address', 'namespace'],
  ...['taskQueue', 'host'],
]);

const QUERY = /[?#].*$/s;

/** Words of the servers, which the table of errors need not have. */
const OF_SERVERS = 'authentication localhost permission postgresql timescale timescaledb';

/** The words of Asof's own messages. */
const VOCABULARY = new Set(
  [OF_SERVERS, ...Object.values(ERRORS).flatMap((entry) => [entry.means, entry.do])].flatMap(
    (text) => text.toLowerCase().match(/[a-z]+/g) ?? [],
  ),
);

/**
 * Tells which texts stand in ordinary output, so that they cannot be hidden by their value: words of Asof's
 * messages, and what is in the schemes, users, hosts and paths of its servers.
 */
export function plainNames(settings: unknown): (text: string) => boolean {
  const shown = shownIn('', settings);
  return (text) => VOCABULARY.has(text.toLowerCase()) || shown.some((name) => name.includes(text));
}

function shownIn(name: string, value: unknown): string[] {
  if (typeof value === 'string')
    return SHOWN.has(name) ? [value.replace(USERINFO, '$1@').replace(QUERY, '')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => shownIn(key, member));
}
