import { expect, test } from 'vitest';
import { Lazy } from '../../../../client/shared/lazy.ts';

test('a lazy value is opened at its first use, only once, and is closed only once', async () => {
  const { lazy, log } = counted();
  expect(log).toEqual([]);
  expect(await Promise.all([lazy.get(), lazy.get()])).toEqual([1, 1]);
  await lazy.close();
  await lazy.close();
  expect(log).toEqual(['open', 'close 1']);
});

test('a lazy value that was never used is not closed', async () => {
  const { lazy, log } = counted();
  await lazy.close();
  expect(log).toEqual([]);
});

test('a failure to open rejects the use, and the next use tries again', async () => {
  const { lazy, log } = counted(1);
  await expect(lazy.get()).rejects.toThrow('away');
  await lazy.close();
  expect(await lazy.get()).toBe(2);
  expect(log).toEqual(['open', 'open']);
});

test('a close waits for a value that is being opened', async () => {
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
