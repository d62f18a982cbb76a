import type { Mechanism } from 'kafkajs';
import { AsofError } from '../../domain/errors/asof-error.ts';

/** Ends each part of a message of the mechanism; alone, it is what a client answers to a refusal. */
const SEPARATOR = '\u0001';
const LENGTH_BYTES = 4;

/** What a broker asks for beside a token, by name. */
export type SaslExtensions = Readonly<Record<string, string>>;

/**
 * SASL's OAUTHBEARER (RFC 7628). That of kafkajs does not read the answer, so that a token which is refused looks
 * like a broker that cannot be reached.
 *
 * @param token gives the token for each connection, and for each time that a session is renewed.
 */
export function oauthBearer(token: () => Promise<string>, extensions: SaslExtensions = {}): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const parts = [
          `auth=Bearer ${await token()}`,
          ...Object.entries(extensions).map((pair) => pair.join('=')),
        ];
        const text = `n,,${SEPARATOR}${parts.join(SEPARATOR)}${SEPARATOR}${SEPARATOR}`;
        const answer = await saslAuthenticate({
          request: { encode: () => withLength(text) },
          response: { decode: withoutLength, parse: (bytes) => bytes.toString('utf8') },
        });
        if (!answer) return;
        // The broker waits for a last message, and then ends the connection.
        await saslAuthenticate({ request: { encode: () => withLength(SEPARATOR) } }).catch(() => {});
        throw refusedToken(answer);
      },
    }),
  };
}

function refusedToken(answer: string): AsofError {
  const status = /"status"\s*:\s*"([a-z_]+)"/.exec(answer)?.[1] ?? 'no reason given';
  return new AsofError(
    'ASOF_KAFKA_REFUSED',
    `Kafka: the broker refuses the token (${status}). Check what KAFKA_OAUTH_TOKEN_COMMAND or KAFKA_OAUTH_TOKEN_FILE gives, and KAFKA_OAUTH_EXTENSIONS`,
  );
}

/** kafkajs takes and gives the bytes of messages behind their length. */
function withLength(text: string): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES + Buffer.byteLength(text));
  bytes.writeInt32BE(bytes.length - LENGTH_BYTES);
  bytes.write(text, LENGTH_BYTES);
  return bytes;
}

function withoutLength(bytes: Buffer): Buffer {
  return bytes.subarray(LENGTH_BYTES);
}
