import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childEnvironment } from '../../../stack/processes/child-environment.ts';
import { forAll } from '../support/for-all.ts';

test('no program gets a secret because its name begins like those of a tool', () => {
  const starts = fc.constantFrom(
    'GO',
    'GOOGLE_',
    'UV_',
    'MAVEN_',
    'DOCKER_',
    'COMPOSE_',
    'PIP_',
    'GIT_',
    'JAVA_',
  );
  const ends = fc.constantFrom('PASSWORD', 'TOKEN', 'SECRET', 'API_KEY', 'PASSPHRASE', 'CREDENTIALS');
  const purposes = fc.constantFrom('server' as const, 'installer' as const, 'training' as const);
  const middles = fc.stringMatching(/^([A-Z]{1,8}_)?$/);
  forAll(fc.tuple(purposes, starts, middles, ends), ([purpose, start, middle, end]) => {
    expect(childEnvironment(purpose, { [`${start}${middle}${end}`]: 'canary' })).toEqual({});
  });
});
