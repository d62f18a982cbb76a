import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** What happens to a connection: it ends, or nothing passes any more in either direction. */
export type ConnectionFault = 'cut' | 'stall';

/** A proxy between clients and one server, which does to their connections what networks do. */
export interface TcpProxy {
  /** The URL of the server, with the address of the proxy. */
  readonly url: string;
  /** Does a fault to every connection that is open now. */
  breakAll(fault: ConnectionFault): void;
  /**
   * Called with each piece of data that a client sends; the connection suffers the fault that it returns, and
   * the data does not arrive.
   */
  onSend: ((data: Buffer) => ConnectionFault | undefined) | undefined;
  /** Whether new connections are refused. */
  refusing: boolean;
  /** Leads new connections to another server, as a name does after a failover. */
  leadTo(serverUrl: string): void;
  close(): Promise<void>;
}

/** Opens a proxy to the server that a URL names. */
export async function openTcpProxy(serverUrl: string): Promise<TcpProxy> {
  let target = new URL(serverUrl);
  const pairs = new Set<{ client: Socket; server: Socket }>();
  const proxy: TcpProxy = {
    url: '',
    onSend: undefined,
    refusing: false,
    leadTo: (url) => (target = new URL(url)),
    breakAll: (fault) => pairs.forEach((pair) => suffer(pair, fault)),
    async close() {
      pairs.forEach((pair) => suffer(pair, 'cut'));
      listener.close();
      await once(listener, 'close');
    },
  };
  const listener = createServer((client) => {
    if (proxy.refusing) return void client.destroy();
    const server = connect(Number(target.port), target.hostname);
    const pair = { client, server };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      suffer(pair, 'cut');
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    client.on('data', (data) => {
      const fault = proxy.onSend?.(data);
      if (fault) return suffer(pair, fault);
      server.write(data);
    });
    server.on('data', (data) => void client.write(data));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((listener.address() as AddressInfo).port);
  return Object.assign(proxy, { url: url.href });
}

function suffer({ client, server }: { client: Socket; server: Socket }, fault: ConnectionFault): void {
  for (const socket of [client, server]) {
    if (fault === 'cut') socket.destroy();
    else socket.removeAllListeners('data').pause();
  }
}
