import { readFileSync } from 'node:fs';
import type { KafkaConfig, Mechanism, SASLOptions } from 'kafkajs';
import { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { oauthBearer } from './oauth-bearer.ts';
import { tokenProvider } from './oauth-token.ts';

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

/** Names and values as Kafka's protocol takes them: `logicalCluster=lkc-1,identityPoolId=pool-1`. */
const extensions = z.string().transform((text, context) => {
  const pairs = text.split(',').map((pair) => /^([A-Za-z]+)=([\x20-\x7e]+)$/.exec(pair.trim()));
  if (pairs.every((pair) => pair !== null))
    return Object.fromEntries(pairs.map(([, name, value]) => [name!, value!]));
  context.addIssue({
    code: 'custom',
    message: "expected a list such as 'logicalCluster=lkc-1,identityPoolId=pool-1'",
  });
  return z.NEVER;
});

const variables = z
  .object({
    KAFKA_BROKERS: z.string().optional(),
    KAFKA_SSL: z.enum(['true', 'false']).optional(),
    KAFKA_SSL_CA: pem.optional(),
    KAFKA_SSL_CERT: pem.optional(),
    KAFKA_SSL_KEY: pem.optional(),
    KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']).optional(),
    KAFKA_USERNAME: z.string().optional(),
    KAFKA_PASSWORD: z.string().optional(),
    KAFKA_OAUTH_TOKEN_COMMAND: z.string().optional(),
    KAFKA_OAUTH_TOKEN_FILE: z.string().optional(),
    KAFKA_OAUTH_EXTENSIONS: extensions.optional(),
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
    needs('KAFKA_USERNAME', 'KAFKA_PASSWORD');
    needs('KAFKA_PASSWORD', 'KAFKA_SASL_MECHANISM');
    for (const variable of TOKEN_VARIABLES) needs(variable, 'KAFKA_SASL_MECHANISM', 'oauthbearer');
    if (given.KAFKA_SASL_MECHANISM === 'oauthbearer') {
      const message = unfitTokenSettings(given);
      if (message !== undefined)
        context.addIssue({ code: 'custom', path: ['KAFKA_SASL_MECHANISM'], message });
    } else needs('KAFKA_SASL_MECHANISM', 'KAFKA_USERNAME');
    if (given.KAFKA_SSL === 'true') needs('KAFKA_SSL', 'KAFKA_BROKERS');
    needs('KAFKA_SASL_MECHANISM', 'KAFKA_BROKERS');
  });

const TOKEN_VARIABLES = [
  'KAFKA_OAUTH_TOKEN_COMMAND',
  'KAFKA_OAUTH_TOKEN_FILE',
  'KAFKA_OAUTH_EXTENSIONS',
] as const;

type Variables = Readonly<Partial<Record<(typeof TOKEN_VARIABLES)[number] | 'KAFKA_USERNAME', unknown>>>;

function unfitTokenSettings(given: Variables): string | undefined {
  const origins = [given.KAFKA_OAUTH_TOKEN_COMMAND, given.KAFKA_OAUTH_TOKEN_FILE].filter(Boolean);
  if (origins.length !== 1)
    return 'oauthbearer takes its token from KAFKA_OAUTH_TOKEN_COMMAND or KAFKA_OAUTH_TOKEN_FILE; set one of them';
  return given.KAFKA_USERNAME
    ? 'oauthbearer takes no KAFKA_USERNAME and KAFKA_PASSWORD; the token says who it is'
    : undefined;
}

/**
 * Reads `KAFKA_SSL…`, `KAFKA_SASL_MECHANISM`, `KAFKA_USERNAME`, `KAFKA_PASSWORD` and `KAFKA_OAUTH_…`. They apply to the
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
  return {
    ...(parsed.data.KAFKA_SSL === 'true' && {
      ssl: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    }),
    ...(parsed.data.KAFKA_SASL_MECHANISM && { sasl: saslOf(parsed.data) }),
  };
}

function saslOf(given: z.infer<typeof variables>): SASLOptions | Mechanism {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = given;
  if (mechanism !== 'oauthbearer') return { mechanism, username, password } as SASLOptions;
  const { KAFKA_OAUTH_TOKEN_COMMAND: command, KAFKA_OAUTH_TOKEN_FILE: file = '' } = given;
  const { KAFKA_OAUTH_EXTENSIONS: extensions } = given;
  return oauthBearer(tokenProvider(command ? { command } : { file }), extensions);
}

function invalid(error: z.ZodError): AsofError {
  const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return new AsofError(
    'ASOF_KAFKA_SETTINGS_INVALID',
    `the environment's settings for Kafka are not valid:\n${problems.map((problem) => `✖ ${problem}`).join('\n')}`,
    { details: { problems } },
  );
}
