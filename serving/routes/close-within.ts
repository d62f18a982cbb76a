import type { FastifyInstance } from 'fastify';

/**
 * Closes the service. The connections without a request are closed at once. Requests that run, or are still arriving,
 * have so many ms; then their connections are closed too, so no client can keep the service from ending.
 */
export async function closeWithin(app: FastifyInstance, ms: number): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), ms);
  await app.close();
  clearTimeout(cutOff);
}

/** While the service closes, has the connection of each request that is answered closed: none is idle again. */
export function endConnectionsWithService(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
}
