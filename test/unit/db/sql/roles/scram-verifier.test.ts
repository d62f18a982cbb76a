import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { scramVerifier } from '../../../../../db/sql/roles/scram-verifier.ts';

/** The example of RFC 7677. */
const SALT = 'W22ZaJ0SNY7soEsUEjb6gQ==';
const NONCE = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const MESSAGE = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${NONCE},s=${SALT},i=4096,c=biws,r=${NONCE}`;

test('the key of the server signs the example of the standard as it says', () => {
  const verifier = scramVerifier('pencil', Buffer.from(SALT, 'base64'));
  const [, salt, , serverKey] = /^SCRAM-SHA-256\$4096:([^$]+)\$([^:]+):(.+)$/.exec(verifier)!;
  expect(salt).toBe(SALT);
  const signature = createHmac('sha256', Buffer.from(serverKey!, 'base64')).update(MESSAGE).digest('base64');
  expect(signature).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
});

test('two verifiers of one password differ, and neither holds it', () => {
  const verifiers = [scramVerifier('pencil'), scramVerifier('pencil')];
  expect(new Set(verifiers).size).toBe(2);
  expect(verifiers.join()).not.toContain('pencil');
});
