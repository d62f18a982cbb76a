import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type InferredDefinition, connect } from '../../../../../client/index.ts';
import { inferSource } from '../../../../../domain/inference/infer-source.ts';
import { writeSource } from '../../../../../domain/inference/write-source.ts';
import { packedEvents } from '../../../../property/support/random-packing.ts';
import {
  ARRIVAL,
  recordsOfAShape,
  recordsWithClearRoles,
} from '../../../../property/support/random-shapes.ts';
import { evaluated } from '../../../../support/definitions/evaluated.ts';
import { typeProblems } from '../../../../support/definitions/type-problems.ts';

/** What is right of each file, and the entity and the event time that a person would choose. */
const CASES = [
  ['numeric-ids.ndjson', { events: 3, deadLetters: 0, skipped: 0 }, 'user_id', 'event_ts'],
  ['big-ids.ndjson', { events: 2, deadLetters: 0, skipped: 0 }, 'user_id', 'event_ts'],
  ['epoch-times.ndjson', { events: 2, deadLetters: 2, skipped: 0 }, 'user_id', 'event_ts'],
  ['text-times.ndjson', { events: 8, deadLetters: 1, skipped: 0 }, 'user_id', 'event_ts'],
  ['track-call.ndjson', { events: 1, deadLetters: 0, skipped: 1 }, 'user_id', 'timestamp'],
  ['cdc-envelope.ndjson', { events: 1, deadLetters: 0, skipped: 1 }, 'customer_id', 'ts_ms'],
  ['batched.ndjson', { events: 3, deadLetters: 0, skipped: 0 }, 'user_id', 'event_ts'],
  ['nan-tokens.ndjson', { events: 2, deadLetters: 0, skipped: 0 }, 'user_id', 'event_ts'],
  ['one-bad-field.ndjson', { events: 5, deadLetters: 0, skipped: 0 }, 'user_id', 'event_ts'],
  ['zero-times.ndjson', { events: 1, deadLetters: 2, skipped: 0 }, 'user_id', 'event_ts'],
  ['events-bom-crlf.ndjson', { events: 2, deadLetters: 0, skipped: 0 }, 'user_id', 'event_ts'],
] as const;

describe('a definition inferred from a file', () => {
  test.each(CASES)('%s takes what are events', async (file, counts, entity, eventTime) => {
    const inferred = await inferCase(file);
    expect(inferred).toMatchObject({ ...counts, definition: { entity, eventTime } });
    expect(evaluated(inferred.typescript)).toEqual(inferred.definition);
  });

  test('compiles, whatever the records are', async () => {
    const written = await Promise.all(CASES.map(async ([file]) => (await inferCase(file)).typescript));
    const random = fc.sample(recordsOfAShape(), { seed: 2026, numRuns: 40 }).map((records) => {
      const inference = inferSource(records, { name: 'things', topic: 'Things', now: ARRIVAL });
      return writeSource(inference, ['a heading']);
    });
    const packed = packedEvents(recordsWithClearRoles(), 'lists', 'batches', 'payloads', 'changes');
    const others = fc.sample(packed, { seed: 2026, numRuns: 20 }).map(({ records }) => {
      return writeSource(inferSource(records, { name: 'things', now: ARRIVAL }), []);
    });
    const modules = [...written, ...random, ...others].map((text, index): [string, string] => [
      `inferred-${index}.ts`,
      text,
    ]);
    const wrong = ['wrong.ts', "import { nothing } from 'asof';\nnothing();\n"] as const;
    expect(typeProblems(new Map([...modules, wrong]))).toEqual([expect.stringContaining('wrong.ts')]);
  }, 120_000);

  test.each([
    ['events.csv', 'CSV'],
    ['events-pretty.json', 'a JSON array'],
    ['events-utf16.ndjson', 'UTF-16'],
  ])('%s is refused by the name of its form', async (file, form) => {
    await expect(inferCase(file)).rejects.toMatchObject({
      code: 'ASOF_INFERENCE_FAILED',
      message: expect.stringContaining(`this looks like ${form}`) as string,
    });
  });

  test('units, coercion and places are written', async () => {
    const { typescript } = await inferCase('track-call.ndjson');
    expect(typescript).toContain("revenue: optional('double', { from: 'properties.revenue', coerce: true })");
    expect(typescript).toContain("where: not(isNull('user_id'))");
    expect((await inferCase('epoch-times.ndjson')).typescript).toContain(
      "event_ts: required('timestamp', { unit: 'milliseconds' })",
    );
  });

  test('changes are unwrapped, at the moment of the change', async () => {
    const { typescript } = await inferCase('cdc-envelope.ndjson');
    expect(typescript).toContain(`
    // these texts may be the bytes of decimals, in base64; if so, with the column's scale: optional('decimal', { scale: 2 })
    amount: optional('string'),
    created_at: optional('timestamp', { unit: 'microseconds' }),
    ts_ms: required('timestamp', { from: { envelope: 'source.ts_ms' }, unit: 'milliseconds' }),
    // around the events: source.table, op, ts_ms; one is read with from: { envelope: 'source.table' }
  },
  // deletions are skipped; with deletes: 'before' each is an event, with the row as it was
  unwrap: { envelope: 'change' },
`);
  });

  test('lists of events are exploded, and what is around them is named', async () => {
    const { typescript } = await inferCase('batched.ndjson');
    expect(typescript).toContain(`
    event_ts: required('timestamp'),
    // around the events: sentAt; one is read with from: { envelope: 'sentAt' }
  },
  // each element of batch is taken for an event; without this, each record is one
  explode: 'batch',
`);
  });

  test('of invoices of which some have no customer takes all the others', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => JSON.stringify(invoice(index)));
    const inferred = await inferLines(lines);
    const share = inferred.events / inferred.records;
    expect(inferred).toMatchObject({
      records: 5_000,
      deadLetters: 0,
      definition: { entity: 'user_id', eventTime: 'event_ts', where: { op: 'not' } },
    });
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(0.9);
    expect(inferred.leftOut).toEqual(['always null: product_id, platform']);
  });

  test('is the same for the same file', async () => {
    expect((await inferCase('track-call.ndjson')).typescript).toBe(
      (await inferCase('track-call.ndjson')).typescript,
    );
  });
});

test('a file of lists, one a line, is read by its elements, and rejections name them', async () => {
  const inferred = await inferLines([
    '[{"user_id":"u_1","event_ts":"2026-06-01T09:00:00Z"},7]',
    '[{"user_id":"u_2","event_ts":"2026-06-01T09:00:00Z"}]  ',
    '[]',
  ]);
  expect(inferred).toMatchObject({
    records: 3,
    events: 2,
    skipped: 1,
    firstRejections: [{ offset: '1', index: 1, reason: 'not_an_object' }],
    definition: { explode: { record: 'value' } },
  });
  expect(inferred.typescript).toContain("  explode: { record: 'value' },\n");
  expect(inferred.typescript).toContain('// Of their elements 2 are events, 1 dead letters, 1 skipped.');
});

async function inferCase(file: string): Promise<InferredDefinition> {
  await using asof = await connect();
  return asof.inferSource({
    file: fileURLToPath(new URL(`../../../../cases/events/${file}`, import.meta.url)),
  });
}

async function inferLines(lines: readonly string[]): Promise<InferredDefinition> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-infer-'));
  try {
    await using asof = await connect();
    const file = join(folder, 'invoices.ndjson');
    await writeFile(file, `${lines.join('\n')}\n`);
    return await asof.inferSource({ file });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Invoices as a real shop has them: some without a customer, some cancelled, in the order of time. */
function invoice(index: number): object {
  const mixed = (index * 2_654_435_761) % 4_294_967_296;
  const cancelled = mixed % 11 === 0;
  return {
    user_id: mixed % 7 === 0 ? null : String(12_346 + (mixed % 4_372)),
    event_type: cancelled ? 'return' : 'purchase',
    product_id: null,
    revenue: ((mixed % 100_000) / 100) * (cancelled ? -1 : 1),
    session_id: `${cancelled ? 'C' : ''}${536_365 + index}`,
    platform: null,
    event_ts: new Date(Date.parse('2010-12-01T08:26:00Z') + index * 60_000).toISOString(),
    country: mixed % 3 === 0 ? 'France' : 'United Kingdom',
  };
}
