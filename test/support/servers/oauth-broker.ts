import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, ownBroker } from './own-broker.ts';

/** How long a token lives, in seconds: it is used for half of that, and then has more than a session left. */
const TOKEN_LIFE = 30;
/** kafkajs logs in again 10 s before the end of a session, and a broker lets nobody do that twice in a second. */
const SESSION = 14;

/** A broker whose listener takes tokens that nobody signed, as Kafka allows for development. */
export interface OauthBroker {
  readonly brokers: string;
  /** A command that prints a fresh token, and notes that it did. */
  readonly tokenCommand: string;
  /** The tokens that the command has printed. */
  tokens(): string[];
  /** A token that the broker refuses, since it has expired. */
  readonly expiredToken: string;
  remove(): Promise<void>;
}

export async function startOauthBroker(): Promise<OauthBroker> {
  const [secured] = (await freePorts(1)) as [number];
  const broker = await ownBroker((_, { plain, controller }) =>
    Promise.resolve(`listeners=PLAINTEXT://127.0.0.1:${plain},CONTROLLER://127.0.0.1:${controller},SASL_PLAINTEXT://127.0.0.1:${secured}
advertised.listeners=PLAINTEXT://127.0.0.1:${plain},SASL_PLAINTEXT://127.0.0.1:${secured}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=OAUTHBEARER
listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
listener.name.sasl_plaintext.oauthbearer.connections.max.reauth.ms=${SESSION * 1_000}
`),
  );
  await broker.start();
  const script = join(broker.folder, 'token.sh');
  const printed = join(broker.folder, 'tokens');
  writeFileSync(script, tokenScript(printed));
  return {
    brokers: `127.0.0.1:${secured}`,
    tokenCommand: `sh '${script}'`,
    tokens: () => (existsSync(printed) ? readFileSync(printed, 'utf8').split('\n').filter(Boolean) : []),
    expiredToken: `${encoded({ alg: 'none' })}.${encoded({ sub: 'asof', iat: 1, exp: 2 })}.`,
    remove: () => broker.remove(),
  };
}

function tokenScript(printed: string): string {
  return `now=$(date +%s)
claims=$(printf '{"sub":"asof","iat":%d,"exp":%d}' "$now" $((now + ${TOKEN_LIFE})) | base64 -w0 | tr '+/' '-_' | tr -d =)
echo "${encoded({ alg: 'none' })}.$claims." | tee -a '${printed}'
`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
