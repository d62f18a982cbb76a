import { AsofError } from '../domain/errors/asof-error.ts';
import { portHolder } from '../stack/processes/port-holder.ts';
import { deploymentNamespace } from './namespace.ts';
import { databaseUrl, mlflowSettings, redisUrl, servingUrl } from './servers.ts';

/**
 * The servers of `asof serve`, the host and port that it listens at, from `ASOF_SERVING_URL`, and what it takes of a
 * request.
 *
 * @throws AsofError `ASOF_SERVING_LIMIT_INVALID`, and those of the servers' settings.
 */
export function servingSettings() {
  const { hostname, port } = new URL(servingUrl());
  return {
    databaseUrl: databaseUrl(),
    redisUrl: redisUrl(),
    mlflow: mlflowSettings(),
    namespace: deploymentNamespace(),
    host: hostname,
    port: Number(port || 80),
    holderOf: portHolder,
    limits: servingLimits(),
  };
}

const LIMITS = {
  bodyBytes: { variable: 'ASOF_SERVING_BODY_LIMIT', example: '1048576 (bytes)' },
  records: { variable: 'ASOF_SERVING_RECORD_LIMIT', example: '2000 (records)' },
} as const;

/** The limits of requests that the environment sets. The others are the service's own. */
export function servingLimits(): { [Limit in keyof typeof LIMITS]?: number } {
  const given = Object.entries(LIMITS).flatMap(([limit, { variable, example }]) => {
    const text = process.env[variable];
    return text ? [[limit, wholeNumber(text, variable, example)] as const] : [];
  });
  return Object.fromEntries(given);
}

function wholeNumber(text: string, variable: string, example: string): number {
  const value = Number(text);
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new AsofError(
    'ASOF_SERVING_LIMIT_INVALID',
    `${variable} is not a whole number above 0; expected one such as ${example}. Correct it, or unset it`,
    { details: { variable } },
  );
}
