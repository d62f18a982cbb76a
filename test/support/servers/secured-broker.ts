import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, ownBroker } from './own-broker.ts';

const run = promisify(execFile);
const STORE_PASSWORD = 'changeit';

/** Whom the secured broker lets in, by each of the mechanisms. */
export const USER = { username: 'asof', password: 'p4ss:word@asof' } as const;

export interface SecuredBroker {
  /** Of the listener with TLS and SASL. */
  readonly brokers: string;
  /** PEM files: the certificate that the broker's is signed with, and one of a stranger. */
  readonly ca: string;
  readonly strangersCa: string;
  remove(): Promise<void>;
}

/** Starts a Kafka whose listener speaks TLS with a certificate of its own and knows {@link USER} alone. */
export async function startSecuredBroker(): Promise<SecuredBroker> {
  const [secured] = (await freePorts(1)) as [number];
  const broker = await ownBroker(async (folder, ports) => {
    await makeCertificate(folder, 'broker');
    await makeCertificate(folder, 'stranger');
    return properties(folder, { ...ports, secured });
  });
  await broker.start();
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    await broker.tool([
      'kafka.admin.ConfigCommand',
      ...['--bootstrap-server', broker.brokers, '--alter', '--entity-type', 'users'],
      ...['--entity-name', USER.username, '--add-config', `${mechanism}=[password=${USER.password}]`],
    ]);
  }
  return {
    brokers: `127.0.0.1:${secured}`,
    ca: join(broker.folder, 'broker.pem'),
    strangersCa: join(broker.folder, 'stranger.pem'),
    remove: () => broker.remove(),
  };
}

/** A key with a certificate that it signed itself, in a store for the broker and as PEM for its clients. */
async function makeCertificate(folder: string, name: string): Promise<void> {
  const store = ['-alias', name, '-keystore', join(folder, `${name}.p12`), '-storepass', STORE_PASSWORD];
  await run('keytool', [
    ...['-genkeypair', ...store, '-storetype', 'PKCS12', '-keyalg', 'RSA', '-validity', '2'],
    ...['-dname', `CN=${name}`, '-ext', 'SAN=dns:localhost,ip:127.0.0.1'],
  ]);
  await run('keytool', ['-exportcert', '-rfc', ...store, '-file', join(folder, `${name}.pem`)]);
}

function properties(
  folder: string,
  { plain, controller, secured }: { plain: number; controller: number; secured: number },
): string {
  return `listeners=PLAINTEXT://127.0.0.1:${plain},CONTROLLER://127.0.0.1:${controller},SASL_SSL://127.0.0.1:${secured}
advertised.listeners=PLAINTEXT://127.0.0.1:${plain},SASL_SSL://127.0.0.1:${secured}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
ssl.keystore.type=PKCS12
ssl.keystore.location=${join(folder, 'broker.p12')}
ssl.keystore.password=${STORE_PASSWORD}
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.username}="${USER.password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
`;
}
