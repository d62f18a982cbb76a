import { expect, test } from 'vitest';
import { Lazy } from '../../../../client/shared/lazy.ts';

test('a resource is opened at its first use, and opened and closed only once', async () => {
  const { lazy, log } = counted();
  expect(log).toEqual([]);
  expect(await Promise.all([lazy.get(), lazy.get()])).toEqual([1, 1]);
  await lazy.close();
  await lazy.close();
  expect(log).toEqual(['open', 'close 1']);
});

test('a resource that was never used is not closed', async () => {
  const { lazy, log } = counted();
  await lazy.close();
  expect(log).toEqual([]);
});

test('a failed opening is thrown, and the next use tries again', async () => {
  const { lazy, log } = counted(1);
  await expect(lazy.get()).rejects.toThrow('away');
  await lazy.close();
  expect(await lazy.get()).toBe(2);
  expect(log).toEqual(['open', 'open']);
});

test('closing waits for a resource that is being opened', async () => {
  const { lazy, log } = counted();
  const used = lazy.get();
  await lazy.close();
  expect(await used).toBe(1);
  expect(log).toEqual(['open', 'close 1']);
});

function counted(fails = 0) {
  const log: string[] = [];
  const lazy = new Lazy(
    async () => {
      log.push('open');
      if (log.length <= fails) throw new Error('away');
      return Promise.resolve(log.length);
    },
    (value) => void log.push(`close ${value}`),
  );
  return { lazy, log };
}
