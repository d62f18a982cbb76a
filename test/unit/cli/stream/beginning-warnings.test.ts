import { expect, test } from 'vitest';
import { beginningWarnings } from '../../../../cli/stream/beginning-warnings.ts';

test('a first run that began at the head says what it never reads', () => {
  expect(beginningWarnings({ resumed: false, unread: 1_000 }, undefined)).toEqual([
    expect.stringMatching(
      /^it began at the head: 1000 offsets .* never read; --from earliest at the first run/,
    ),
  ]);
  expect(beginningWarnings({ resumed: false, unread: 0 }, 'earliest')).toEqual([]);
});

test('a --from that had no effect is said, with what stays unread', () => {
  expect(beginningWarnings({ resumed: true, unread: 0 }, 'earliest')).toEqual([
    expect.stringMatching(/^--from earliest has no effect, since the source was read before/),
  ]);
  const [warning] = beginningWarnings({ resumed: true, unread: 7 }, 'earliest');
  expect(warning).toMatch(
    /has no effect.*7 offsets .* never read: to read them, give the source another name/,
  );
  expect(beginningWarnings({ resumed: true, unread: 7 }, 'latest')).toEqual([
    expect.stringMatching(/^--from latest has no effect[^.]*$/),
  ]);
  expect(beginningWarnings({ resumed: true, unread: 7 }, undefined)).toEqual([]);
});
