import { AsofError } from '../../domain/errors/asof-error.ts';
import type { SchemaRegistryAccess } from './access.ts';

const ANSWERS_WITHIN_MS = 10_000;

/** The error codes with which a registry says that it has no such schema, subject or version. */
const UNKNOWN = new Set([40_401, 40_402, 40_403]);

/**
 * Asks a schema registry with Confluent's API for the JSON at a path. Undefined: the registry says that it has
 * none.
 *
 * @throws AsofError `ASOF_SCHEMA_REGISTRY_UNAVAILABLE` (unavailable), `ASOF_SCHEMA_REGISTRY_REFUSED`.
 */
export async function askRegistry(
  { url, authorization }: SchemaRegistryAccess,
  path: string,
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    headers: {
      accept: 'application/vnd.schemaregistry.v1+json, application/json',
      ...(authorization && { authorization }),
    },
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  }).catch((cause: unknown) => {
    throw unavailable(url, reasonOf(cause), cause);
  });
  const body = await jsonOf(response, url);
  if (response.ok && body !== undefined) return body;
  if (UNKNOWN.has(Number((body as { error_code?: unknown } | undefined)?.error_code))) return undefined;
  if ([408, 429].includes(response.status) || response.status >= 500)
    throw unavailable(url, `it answered ${response.status}`);
  throw refused(url, response.status);
}

/** The answer's JSON. Undefined if it is none, as the page of a proxy. */
async function jsonOf(response: Response, url: string): Promise<unknown> {
  const text = await response.text().catch((cause: unknown) => {
    throw unavailable(url, reasonOf(cause), cause);
  });
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What `fetch` says itself is always that it failed. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  return ((cause ?? error) as Error).message;
}

function unavailable(url: string, reason: string, cause?: unknown): AsofError {
  return new AsofError(
    'ASOF_SCHEMA_REGISTRY_UNAVAILABLE',
    `the schema registry at ${url} does not answer: ${reason}; check SCHEMA_REGISTRY_URL`,
    { cause },
  );
}

function refused(url: string, status: number): AsofError {
  const isLogin = status === 401 || status === 403;
  const problem = isLogin
    ? `refuses the login (${status}); correct SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD`
    : `answered ${status}, and not as a schema registry does; expected the address of Confluent's API in SCHEMA_REGISTRY_URL, such as http://registry.example:8081 or …/apis/ccompat/v7`;
  return new AsofError('ASOF_SCHEMA_REGISTRY_REFUSED', `the schema registry at ${url} ${problem}`);
}
