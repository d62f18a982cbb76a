import { expect, test } from 'vitest';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { count, streamTable } from '../../../../schemas/index.ts';

const daily = (window: { length: string; slide: string; offset?: string }) =>
  streamTable({ name: 'daily', source: userEvents, window, features: { events: count() } }).definition.window;

test('windows of a day or more take an offset, before and after midnight', () => {
  for (const offset of ['5 hours', '-1 hour', '330 minutes', '0 hours', '-1439 minutes']) {
    const window = { length: '7 days', slide: '1 day', offset };
    expect(daily(window)).toEqual(window);
  }
});

test.each([
  ['of shorter windows', { length: '1 day', slide: '1 hour', offset: '30 minutes' }, /slide is 1 hour/],
  ['of a whole slide', { length: '1 day', slide: '1 day', offset: '24 hours' }, /shorter than the slide/],
  ['of a slide back', { length: '1 day', slide: '1 day', offset: '-1 day' }, /shorter than the slide/],
  [
    'that is a zone',
    { length: '1 day', slide: '1 day', offset: 'Europe/Paris' },
    /'Europe\/Paris' is not a dur/,
  ],
  ['with two signs', { length: '1 day', slide: '1 day', offset: '--1 hour' }, /'--1 hour' is not a duration/],
])('an offset %s is refused', (_what, window, message) => {
  expect(() => daily(window)).toThrow(message);
  expect(() => daily(window)).toThrow(/→ at window\.offset/);
});

test('a window without an offset is stored as before', () => {
  expect(JSON.stringify(daily({ length: '1 day', slide: '1 day' }))).toBe(
    '{"length":"1 day","slide":"1 day"}',
  );
});
