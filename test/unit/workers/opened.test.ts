import { expect, test } from 'vitest';
import { Opened } from '../../../workers/opened.ts';

test('what was opened last is closed first, each although another fails, and once', async () => {
  const { opened, closed } = open(['one', 'two', 'three', 'four'], ['two', 'three']);
  await expect(opened.close()).rejects.toThrow('three');
  expect(closed).toEqual(['four', 'three', 'two', 'one']);
  await opened.close();
  expect(closed).toHaveLength(4);
});

test('a failure to close does not hide why the work failed', async () => {
  const { opened, closed } = open(['one', 'two'], ['one']);
  await expect(opened.closeAfter(() => Promise.reject(new Error('of the work')))).rejects.toThrow('work');
  expect(closed).toEqual(['two', 'one']);
  const again = open(['one'], ['one']);
  await expect(again.opened.closeAfter(() => Promise.resolve())).rejects.toThrow('one');
});

function open(names: readonly string[], failing: readonly string[]) {
  const opened = new Opened();
  const closed: string[] = [];
  for (const name of names)
    opened.closeBy(() => {
      closed.push(name);
      return failing.includes(name) ? Promise.reject(new Error(name)) : undefined;
    });
  return { opened, closed };
}
