import { expect, test } from 'vitest';
import { schemaRegistryAccess } from '../../../../adapters/schema-registry/access.ts';
import { RegistrySchemas } from '../../../../adapters/schema-registry/registry-schemas.ts';

const url = 'https://registry.example/apis/ccompat/v7';

test('a schema registry has the address and the login of the environment', () => {
  expect(schemaRegistryAccess({})).toBeUndefined();
  expect(schemaRegistryAccess({ SCHEMA_REGISTRY_URL: `${url}/` })).toEqual({ url });
  const login = { SCHEMA_REGISTRY_USERNAME: 'asof', SCHEMA_REGISTRY_PASSWORD: 'p4ss:word' };
  expect(schemaRegistryAccess({ SCHEMA_REGISTRY_URL: url, ...login })).toEqual({
    url,
    authorization: `Basic ${Buffer.from('asof:p4ss:word').toString('base64')}`,
  });
});

test.each([
  [{ SCHEMA_REGISTRY_URL: 'registry:8081' }, /SCHEMA_REGISTRY_URL is not a URL like/],
  [{ SCHEMA_REGISTRY_URL: 'http://asof:s3cret@registry' }, /has a login; set SCHEMA_REGISTRY_USERNAME/],
  [{ SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_USERNAME: 'asof' }, /go together; set both/],
  [{ SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_PASSWORD: 's3cret' }, /go together; set both/],
  [{ SCHEMA_REGISTRY_PASSWORD: 's3cret' }, /SCHEMA_REGISTRY_URL, which is not set/],
])('settings that do not fit are refused without a secret', (environment, message) => {
  const read = () => schemaRegistryAccess(environment);
  expect(read).toThrow(expect.objectContaining({ code: 'ASOF_SCHEMA_REGISTRY_SETTINGS_INVALID' }));
  expect(read).toThrow(message);
  expect(read).not.toThrow('s3cret');
});

test('records in Avro without a registry to ask are no dead letters', async () => {
  const schemas = new RegistrySchemas(undefined);
  await schemas.prepare(new Set());
  await expect(schemas.prepare(new Set([7]))).rejects.toMatchObject({
    code: 'ASOF_SCHEMA_REGISTRY_SETTINGS_INVALID',
    message: expect.stringContaining('SCHEMA_REGISTRY_URL is not set') as string,
  });
});
