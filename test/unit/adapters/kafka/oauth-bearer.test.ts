import type { AuthenticationProviderArgs, Mechanism, SaslAuthenticateArgs } from 'kafkajs';
import { expect, test } from 'vitest';
import { kafkaSecurity } from '../../../../adapters/kafka/security.ts';

const environment = {
  KAFKA_BROKERS: 'broker.example:9093',
  KAFKA_SASL_MECHANISM: 'oauthbearer',
  KAFKA_OAUTH_TOKEN_COMMAND: 'echo abc',
  KAFKA_OAUTH_EXTENSIONS: 'logicalCluster=lkc-1, identityPoolId=pool-1',
};

/** The messages of a client to a broker with these answers. */
async function authenticate(...answers: string[]): Promise<string[]> {
  const sent: string[] = [];
  const saslAuthenticate = async <Result>({ request, response }: SaslAuthenticateArgs<Result>) => {
    const bytes = await request.encode();
    expect(bytes.readInt32BE()).toBe(bytes.length - 4);
    sent.push(bytes.toString('utf8', 4));
    const answer = Buffer.from(answers.shift() ?? '');
    return response?.parse(await response.decode(Buffer.concat([Buffer.alloc(4), answer])));
  };
  const { authenticationProvider } = kafkaSecurity(environment).sasl as Mechanism;
  await authenticationProvider({ saslAuthenticate } as AuthenticationProviderArgs).authenticate();
  return sent;
}

test('a client sends its token and its extensions', async () => {
  const message = 'n,,\u0001auth=Bearer abc\u0001logicalCluster=lkc-1\u0001identityPoolId=pool-1\u0001\u0001';
  expect(await authenticate('')).toEqual([message]);
});

test.each([
  ['{"status":"invalid_token","scope":"abc"}', /refuses the token \(invalid_token\)/],
  ['abc', /refuses the token \(no reason given\)/],
])('a refusal %s is an error without the token', async (answer, message) => {
  const refused = authenticate(answer);
  await expect(refused).rejects.toMatchObject({
    code: 'ASOF_KAFKA_REFUSED',
    message: expect.stringMatching(message) as string,
  });
  await expect(refused).rejects.not.toThrow('abc');
});
