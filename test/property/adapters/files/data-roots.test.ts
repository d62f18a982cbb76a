import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type DataRoots,
  outInside,
  requireFolderUnmoved,
  spineInside,
} from '../../../../adapters/files/data-roots.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { forAllSlow } from '../../support/for-all.ts';

let machine: string;
let roots: DataRoots;

beforeAll(async () => {
  machine = await realpath(await mkdtemp(join(tmpdir(), 'asof-roots-')));
  const [data, sets, secrets] = ['data', 'sets', 'secrets'].map((name) => join(machine, name));
  roots = { declared: [data!, sets!, join(machine, 'none')], kept: join(machine, 'data', '.asof') };
  for (const folder of ['data/sub/deep', 'data/.asof/spines', 'sets', 'secrets/sub', 'data-of-others'])
    await mkdir(join(machine, folder), { recursive: true });
  for (const folder of ['data', 'data/sub', 'data/.asof/spines', 'secrets', 'secrets/sub', 'data-of-others'])
    await writeFile(join(machine, folder, 'labels.csv'), 'user\n');
  await symlink(secrets!, join(data!, 'door'));
  await symlink(join(secrets!, 'labels.csv'), join(data!, 'door.csv'));
  await symlink('/proc/self/environ', join(data!, 'environ.csv'));
  await symlink(join(data!, 'sub'), join(secrets!, 'back'));
  await symlink('sub/labels.csv', join(data!, 'same.csv'));
  await symlink(join(machine, 'nowhere'), join(data!, 'dangling'));
});
afterAll(() => rm(machine, { recursive: true }));

const parts = fc.oneof(
  {
    arbitrary: fc.constantFrom('..', '.', '', 'data', 'sets', 'none', 'secrets', 'data-of-others', 'sub', 'deep', '.asof', 'spines', 'door', 'back', 'dangling', 'training-sets'), // prettier-ignore
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom('labels.csv', 'door.csv', 'same.csv', 'environ.csv', 'rows.parquet', 'LABELS.CSV', 'labels.csv\0', '\0.csv', '%2e%2e', '..\\..', 'x'.repeat(300), '～', 'ü.csv'), // prettier-ignore
    weight: 2,
  },
  { arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }), weight: 1 },
);
const starts = fc.constantFrom(() => join(machine, 'data'), () => roots.kept, () => machine, () => '/', () => '/proc/self', () => '', () => '/dev/fd'); // prettier-ignore
const ends = fc.constantFrom('', '/labels.csv', '/rows.parquet', '/environ', '.csv', '/', '/..');
const paths = fc.tuple(starts, fc.array(parts, { maxLength: 7 }), ends).map(
  ([start, middle, end]) =>
    () =>
      [start(), ...middle].join('/') + end,
);

test('a spine that is read is below a root, by whatever name, and a refusal shows the name alone', async () => {
  await forAllSlow(paths, 300, async (pathOf) => {
    const path = pathOf();
    const read = await spineInside(roots, path).catch((error: unknown) => error as AsofError);
    const real = realOf(path);
    if (typeof read === 'string') {
      expect(read).toBe(real);
      expect(read.startsWith(join(machine, 'data/')) || read.startsWith(join(machine, 'sets/'))).toBe(true);
      expect(path.toLowerCase().endsWith('.csv')).toBe(true);
    } else expectRefusal(read);
  });
});

test('a file that is written is below a root and not among what Asof keeps, by whatever name', async () => {
  await forAllSlow(paths, 300, async (pathOf) => {
    const path = pathOf();
    const written = await outInside(roots, path).catch((error: unknown) => error as AsofError);
    if (typeof written !== 'string') return expectRefusal(written);
    expect(basename(written)).toBe(basename(path));
    expect(written.toLowerCase().endsWith('.parquet')).toBe(true);
    const folder = realOf(dirname(written)) ?? nearest(dirname(resolve(path)));
    expect(['data', 'sets', 'none'].some((root) => isIn(join(machine, root), folder))).toBe(true);
    expect(isIn(roots.kept, folder)).toBe(false);
  });
});

test('a file that may be written may not once a link has taken the place of any folder on its way', async () => {
  for (const moved of ['deep', 'deep/er', 'deep/er/still']) {
    const root = await realpath(await mkdtemp(join(machine, 'data', 'moved-')));
    await mkdir(join(root, 'deep/er/still'), { recursive: true });
    const out = await outInside(roots, join(root, 'deep/er/still/rows.parquet'));
    await requireFolderUnmoved(out);
    await rename(join(root, moved), join(machine, 'secrets', basename(root)));
    await symlink(join(machine, 'secrets', basename(root)), join(root, moved));
    await expect(requireFolderUnmoved(out)).rejects.toMatchObject({ code: 'ASOF_PATH_REFUSED' });
  }
});

test('a spine that a program keeps elsewhere is said to be so, and not by a name that its caller never gave', async () => {
  const name = `${createHash('sha256').update('user\n').digest('hex')}.csv`;
  for (const folder of [join(machine, 'elsewhere/.asof/spines'), join(roots.kept, 'spines')]) {
    const error = (await spineInside(roots, join(folder, name)).catch(
      (thrown: unknown) => thrown,
    )) as AsofError;
    expectRefusal(error);
    expect(error.message).toMatch(/keeps its files elsewhere than the worker.*ASOF_DATA_ROOTS.*ASOF_CACHE/);
    expect(error.message).not.toContain(name.slice(0, 10));
  }
});

test('a refusal does not tell whether the file exists', async () => {
  const refusal = async (name: string) => {
    const path = join(machine, 'secrets', name);
    const error = (await spineInside(roots, path).catch((thrown: unknown) => thrown)) as AsofError;
    return [error.code, error.message.replace(name, '')];
  };
  expect(existsSync(join(machine, 'secrets', 'labels.csv'))).toBe(true);
  expect(await refusal('labels.csv')).toEqual(await refusal('nothing.csv'));
});

test('a path below a root that leads nowhere is said to be missing', async () => {
  await expect(spineInside(roots, join(machine, 'data', 'nothing.csv'))).rejects.toMatchObject({
    code: 'ASOF_FILE_UNREADABLE',
    message: expect.stringMatching(/"nothing\.csv": ENOENT/) as string,
  });
});

function expectRefusal(error: AsofError): void {
  expect(error).toBeInstanceOf(AsofError);
  expect(['ASOF_PATH_REFUSED', 'ASOF_FILE_UNREADABLE']).toContain(error.code);
  expect(error.kind).toBe('input');
  expect(Buffer.byteLength(error.message)).toBeLessThan(1_000);
  const shown = JSON.stringify([error.message, error.details, error.cause ?? null]);
  expect(shown).not.toContain(machine);
  for (const folder of ['/proc/', '/dev/']) expect(shown).not.toContain(folder);
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The real path of the nearest parent that exists, with what is missing below it. */
function nearest(path: string): string {
  return realOf(path) ?? join(nearest(dirname(path)), basename(path));
}

function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
