import { expect, test } from 'vitest';
import { fieldsOfSql } from '../../../../domain/lineage/sql-fields.ts';

const FIELDS = ['user_id', 'revenue'];

test.each([
  'SELECT * FROM events',
  'SELECT * -- all of it\nFROM events',
  'SELECT /* every */ * /* column */ FROM events',
  'SELECT * WHERE true',
  'SELECT 1 FROM events e WHERE e.* IS NOT NULL',
  'SELECT DISTINCT ON (user_id) * FROM events',
  "SELECT '--', * FROM events",
  'SELECT to_jsonb(e) FROM events AS e',
  'SELECT b FROM events AS e (a, b)',
])('a query that takes whole rows reads all fields: %s', (sql) => {
  expect(fieldsOfSql(sql, 'events', FIELDS)).toEqual(FIELDS);
});

test.each([
  'SELECT count(*) FROM events e GROUP BY e.user_id',
  'SELECT e.user_id, 2 * 3 FROM events e -- of users alone',
  'SELECT user_id /* key */ FROM events JOIN users USING (user_id)',
])('a query that names its columns reads these: %s', (sql) => {
  expect(fieldsOfSql(sql, 'events', FIELDS)).toEqual(['user_id']);
});
