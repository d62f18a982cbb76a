import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, ownBroker } from './own-broker.ts';

const run = promisify(execFile);
const STORE_PASSWORD = 'changeit';

/** The only account of the secured broker, with each of the SASL mechanisms. */
export const USER = { username: 'asof', password: 'p4ss:word@asof' } as const;

export interface SecuredBroker {
  /** The address of the listener with TLS and SASL. */
  readonly brokers: string;
  /** The path of a PEM file with the certificate that signed the broker's. */
  readonly ca: string;
  /** The path of a PEM file with another certificate. */
  readonly strangersCa: string;
  remove(): Promise<void>;
}

/** Starts a Kafka broker whose listener has a self-signed TLS certificate and accepts {@link USER} only. */
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

/** Makes a key with a self-signed certificate: a key store for the broker, and a PEM file for clients. */
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
