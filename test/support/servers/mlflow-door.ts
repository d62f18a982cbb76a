import { once } from 'node:events';
import { type IncomingMessage, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy before MLflow that asks for a login. */
export interface MlflowDoor {
  readonly uri: string;
  /**
   * What it does: lets those in who log in; refuses everybody; or fails. A refusal and a failure repeat the login
   * in their message, as a careless server does.
   */
  does: 'let in' | 'refuse' | 'fail';
  /** What it answers itself of those who log in. Omitted, or undefined for a request: MLflow answers. */
  says?: (request: IncomingMessage) => DoorAnswer | undefined;
  close(): Promise<void>;
}

/** An answer of the door in place of MLflow's. */
export interface DoorAnswer {
  readonly status: number;
  readonly body: string;
}

/** Opens a door to MLflow for the given values of the header `Authorization`. */
export async function openMlflowDoor(mlflowUri: string, logins: readonly string[]): Promise<MlflowDoor> {
  const target = new URL(mlflowUri);
  const statusOf = ({ headers }: IncomingMessage): number | undefined => {
    if (door.does === 'fail') return 500;
    return door.does === 'let in' && logins.includes(headers.authorization ?? '') ? undefined : 401;
  };
  const server = createServer((incoming, answer) => {
    const status = statusOf(incoming);
    if (status !== undefined) {
      const login = incoming.headers.authorization;
      const message = `${login} as ${Buffer.from(login?.split(' ')[1] ?? '', 'base64').toString()}`;
      answer.writeHead(status, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ error_code: 'PERMISSION_DENIED', message: `not for ${message}` }));
      return void incoming.resume();
    }
    const said = door.says?.(incoming);
    if (said) {
      answer.writeHead(said.status, { 'content-type': 'application/json' });
      answer.end(said.body);
      return void incoming.resume();
    }
    const { authorization: _login, ...headers } = incoming.headers;
    const { method, url } = incoming;
    const passed = request(
      {
        host: target.hostname,
        port: target.port,
        method,
        path: url,
        headers: { ...headers, host: target.host },
      },
      (response) => {
        answer.writeHead(response.statusCode!, response.headers);
        response.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const door: MlflowDoor = {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    does: 'let in',
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return door;
}
