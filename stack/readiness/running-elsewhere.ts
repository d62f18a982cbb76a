import { AsofError } from '../../domain/errors/asof-error.ts';
import { Redaction } from '../../domain/secrets/redaction.ts';
import { keepAsking, reason } from '../processes/wait-until-ready.ts';
import type { StackSecrets } from '../secrets.ts';
import { asAsof } from '../servers/login.ts';
import type { Server } from '../servers/server.ts';

const ANSWER_WITHIN_MS = 10_000;

/**
 * Waits for a server that the environment names.
 *
 * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable), with the variable that names it.
 */
export async function waitForNamed(server: Server, url: string, signal: AbortSignal): Promise<void> {
  const refusal = await keepAsking({ ask: () => server.ask(url), withinMs: ANSWER_WITHIN_MS, signal });
  if (refusal === undefined) return;
  throw notUsable(
    server,
    `${server.variable} names ${url}, which is not usable: ${reason(refusal)}. ` +
      `Start that server, correct ${server.variable}, or unset it to let Asof start one of its own.`,
    refusal,
  );
}

/**
 * Waits until a container answers on its published port. A healthy container may not be reachable from here.
 *
 * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable).
 */
export async function waitForContainer(
  server: Server,
  url: string,
  { secrets, signal }: { secrets: StackSecrets; signal: AbortSignal },
): Promise<void> {
  const ask = () => server.ask(asAsof(server.name, url, secrets));
  const refusal = await keepAsking({ ask, withinMs: ANSWER_WITHIN_MS, signal });
  if (refusal === undefined) return;
  throw notUsable(
    server,
    `${server.name} runs in Docker and does not answer on ${url}: ${reason(refusal)}. ` +
      `Look at \`docker compose logs ${server.name}\`, or set ASOF_STACK_WITH=native to do without Docker.`,
    refusal,
  );
}

function notUsable(server: Server, message: string, cause: unknown): AsofError {
  return new AsofError('ASOF_STACK_SERVER_FAILED', new Redaction().text(message), {
    details: { server: server.name },
    cause,
  });
}
