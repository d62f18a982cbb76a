import { join, normalize, posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { artifactPath } from '../../../../adapters/mlflow/artifact-path.ts';
import { forAll } from '../../support/for-all.ts';

const parts = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    '/',
    '~',
    'model.onnx',
    'MLmodel',
    '%2e%2e',
    '\\',
    '..\\',
    '\0',
    '\n',
    'ü',
    'C:',
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const paths = fc
  .tuple(fc.constantFrom('', '/', '//', './', '../'), fc.array(parts, { maxLength: 8 }))
  .map(([start, all]) => start + all.join('/'));

test('a path of an artifact stays below the folder of its model, or is refused', () => {
  forAll(paths, (path) => {
    if (path !== taken(path)) return;
    expect(posix.isAbsolute(path)).toBe(false);
    expect(join('/model', path)).toBe(`/model/${path}`);
    expect(new URL(`http://mlflow/${path.split('/').map(encodeURIComponent).join('/')}`).pathname).toBe(
      `/${path.split('/').map(encodeURIComponent).join('/')}`,
    );
  });
});

test('what Python writes is taken', () => {
  for (const path of [
    'MLmodel',
    'model.onnx',
    'environment/python_env.yaml',
    'input_example.json',
    'a b.txt',
  ])
    expect(artifactPath(path)).toBe(normalize(path));
  expect(() => artifactPath('x'.repeat(501))).toThrow(/of at most 500 characters/);
});

function taken(path: string): string | undefined {
  try {
    return artifactPath(path);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ASOF_ARTIFACT_PATH_INVALID', kind: 'input' });
    return undefined;
  }
}
