import { readFileSync } from 'node:fs';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';

/** How to authenticate to the brokers that the environment names. Empty if they require nothing. */
export type KafkaSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>;

const pem = z.string().transform((path, context) => {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('-----BEGIN')) return text;
    context.addIssue({ code: 'custom', message: `${path} is not a PEM file` });
  } catch (error) {
    context.addIssue({ code: 'custom', message: `cannot be read: ${(error as Error).message}` });
  }
  return z.NEVER;
});

const variables = z
  .object({
    KAFKA_BROKERS: z.string().optional(),
    KAFKA_SSL: z.enum(['true', 'false']).optional(),
    KAFKA_SSL_CA: pem.optional(),
    KAFKA_SSL_CERT: pem.optional(),
    KAFKA_SSL_KEY: pem.optional(),
    KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
    KAFKA_USERNAME: z.string().optional(),
    KAFKA_PASSWORD: z.string().optional(),
  })
  .superRefine((given, context) => {
    const needs = (variable: keyof typeof given, needed: keyof typeof given, value?: string): void => {
      if (!given[variable] || (value === undefined ? given[needed] : given[needed] === value)) return;
      const message = `goes with ${needed}${value === undefined ? '' : `=${value}`}, which is not set`;
      context.addIssue({ code: 'custom', path: [variable], message });
    };
    for (const variable of ['KAFKA_SSL_CA', 'KAFKA_SSL_CERT', 'KAFKA_SSL_KEY'] as const)
      needs(variable, 'KAFKA_SSL', 'true');
    needs('KAFKA_SSL_CERT', 'KAFKA_SSL_KEY');
    needs('KAFKA_SSL_KEY', 'KAFKA_SSL_CERT');
    needs('KAFKA_SASL_MECHANISM', 'KAFKA_USERNAME');
    needs('KAFKA_USERNAME', 'KAFKA_PASSWORD');
    needs('KAFKA_PASSWORD', 'KAFKA_SASL_MECHANISM');
    if (given.KAFKA_SSL === 'true') needs('KAFKA_SSL', 'KAFKA_BROKERS');
    needs('KAFKA_SASL_MECHANISM', 'KAFKA_BROKERS');
  });

/**
 * Reads `KAFKA_SSL…`, `KAFKA_SASL_MECHANISM`, `KAFKA_USERNAME` and `KAFKA_PASSWORD`. They apply to the
 * brokers that `KAFKA_BROKERS` names. A stack's own broker uses plain text.
 *
 * @throws AsofError `ASOF_KAFKA_SETTINGS_INVALID`, with every problem and no secret.
 */
export function kafkaSecurity(environment: NodeJS.ProcessEnv = process.env): KafkaSecurity {
  const given = Object.fromEntries(
    Object.keys(variables.shape).map((variable) => [variable, environment[variable] || undefined]),
  );
  const parsed = variables.safeParse(given);
  if (!parsed.success) throw invalid(parsed.error);
  const { KAFKA_SSL_CA: ca, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key } = parsed.data;
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = parsed.data;
  return {
    ...(parsed.data.KAFKA_SSL === 'true' && {
      ssl: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    }),
    ...(mechanism && { sasl: { mechanism, username, password } as SASLOptions }),
  };
}

function invalid(error: z.ZodError): AsofError {
  const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return new AsofError(
    'ASOF_KAFKA_SETTINGS_INVALID',
    `the environment's settings for Kafka are not valid:\n${problems.map((problem) => `✖ ${problem}`).join('\n')}`,
    { details: { problems } },
  );
}
