import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isKeyTooLong, keyBytes } from '../../../../domain/log/key-length.ts';
import type { MicroBatch } from '../../../../domain/stream/micro-batch.ts';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { refold } from '../../../../domain/windows/refold.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { forAll } from '../../support/for-all.ts';

const LIMIT = 1_024;

/** Texts of about a length in bytes, of characters that take one to four. */
const texts = fc
  .record({
    bytes: fc.integer({ min: 1, max: 2 * LIMIT }),
    characters: fc.constantFrom('a', '"', '\u0001', 'é', '€', '😀'),
  })
  .map(({ bytes, characters }) => characters.repeat(Math.ceil(bytes / Buffer.byteLength(characters))));

test('a key is too long if its parts have more than 1 KiB of UTF-8 together', () => {
  forAll(fc.array(texts, { minLength: 1, maxLength: 4 }), (key) => {
    const bytes = key.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(keyBytes(key)).toBe(bytes);
    expect(isKeyTooLong(key)).toBe(bytes > LIMIT);
  });
});

test('a record with a key that is too long is a dead letter that names the key, its length and the limit', () => {
  forAll(fc.record({ user: texts, session: texts }), ({ user, session }) => {
    const { raw, deadLetters } = foldOne(byUserAndSession, user, session);
    const userBytes = Buffer.byteLength(user);
    const bytes = userBytes + Buffer.byteLength(session);
    expect(raw.length).toBe(bytes > LIMIT ? 0 : 1);
    if (bytes <= LIMIT) return;
    const { reason, detail } = deadLetters[0]!.rejection;
    expect(reason).toBe('key_too_long');
    if (userBytes > LIMIT)
      expect(detail).toContain(`user_id, the key of user-events, has ${userBytes} bytes`);
    else expect(detail).toContain(`user_id + session_id, the key of by_session, has ${bytes} bytes`);
    expect(detail).toContain(`the limit is ${LIMIT}`);
  });
});

test('a table that joins later leaves out the events whose key is too long for it', () => {
  forAll(fc.record({ user: texts, session: texts }), ({ user, session }) => {
    const { raw } = foldOne([], user, session);
    const { tiles } = refold(source, byUserAndSession[0]!, raw);
    const isStored = Buffer.byteLength(user) + Buffer.byteLength(session) <= LIMIT;
    expect(tiles.length).toBe(isStored ? 1 : 0);
  });
});

const source = {
  ...userEvents.definition,
  fields: userEvents.definition.fields.map((field) => ({
    ...field,
    required: field.required || field.name === 'session_id',
  })),
};
const byUserAndSession = [
  compileStreamTable(
    { ...userActivityFeatures.definition, name: 'by_session', primaryKeys: ['user_id', 'session_id'] },
    source,
  ),
];

function foldOne(tables: typeof byUserAndSession, user: string, session: string): MicroBatch {
  const event = { user_id: user, session_id: session, event_ts: '2026-01-31T10:00:00Z' };
  const kafkaTs = BigInt(Date.parse(event.event_ts)) * 1_000n;
  const value = Buffer.from(JSON.stringify(event));
  const record = { partition: 0, offset: 0n, kafkaTs, key: null, value };
  return streamEngine(source, tables).fold([record], new Map());
}
