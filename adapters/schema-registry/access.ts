import { AsofError } from '../../domain/errors/asof-error.ts';

/** Where the schema registry is, and the login that it asks for. */
export interface SchemaRegistryAccess {
  /** The URL below which the paths of Confluent's API begin, such as `/schemas/ids/7`. */
  readonly url: string;
  /** The header `Authorization` of each request. Omitted: the registry asks for no login. */
  readonly authorization?: string;
}

/**
 * The access that `SCHEMA_REGISTRY_URL`, `SCHEMA_REGISTRY_USERNAME` and `SCHEMA_REGISTRY_PASSWORD` give.
 * Undefined if there is no URL.
 *
 * @throws AsofError `ASOF_SCHEMA_REGISTRY_SETTINGS_INVALID`, with no secret.
 */
export function schemaRegistryAccess(environment: NodeJS.ProcessEnv): SchemaRegistryAccess | undefined {
  const {
    SCHEMA_REGISTRY_URL: address,
    SCHEMA_REGISTRY_USERNAME: username,
    SCHEMA_REGISTRY_PASSWORD: password,
  } = environment;
  if (!address) {
    if (username || password)
      throw unfitSettings(
        'SCHEMA_REGISTRY_USERNAME and _PASSWORD go with SCHEMA_REGISTRY_URL, which is not set',
      );
    return undefined;
  }
  if (Boolean(username) !== Boolean(password))
    throw unfitSettings('SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD go together; set both');
  const url = urlOf(address);
  return username ? { url, authorization: basic(`${username}:${password}`) } : { url };
}

function urlOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw unfitSettings('SCHEMA_REGISTRY_URL is not a URL like http://registry.example:8081');
  if (url.username || url.password)
    throw unfitSettings(
      'SCHEMA_REGISTRY_URL has a login; set SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD instead',
    );
  return url.href.replace(/\/+$/, '');
}

function basic(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

export function unfitSettings(problem: string): AsofError {
  return new AsofError(
    'ASOF_SCHEMA_REGISTRY_SETTINGS_INVALID',
    `the environment's settings for the schema registry are not valid: ${problem}`,
  );
}
