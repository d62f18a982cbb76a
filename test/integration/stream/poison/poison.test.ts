import type { Message } from 'kafkajs';
import { expect, test } from 'vitest';
import { REJECTION_REASONS, isUnreadable } from '../../../../domain/log/rejection.ts';
import { randomFor } from '../../../../simulator/random.ts';
import { EXAMPLE, type OracleOptions } from '../../../oracle/log.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { REFUSED, TROUBLES, troubled } from '../../../support/faults/troubles.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { configureTopic } from '../../../support/projects/topic-settings.ts';

const seed = Number(process.env.ASOF_FAULT_SEED ?? Date.now() % 1_000_000);
/** `ASOF_POISON_GOOD=100000` gives the large round. */
const GOOD = Number(process.env.ASOF_POISON_GOOD ?? 20_000);
const BAD = 500;
const PARTITIONS = 4;
/** Small enough that micro-batches with refused records have others before and after them. */
const MICRO_BATCH = 4_000;

/** Those of sources with units or lists, in an envelope, of another format, and of several events in a record. */
const OF_OTHERS: readonly string[] = [
  ...['wrong_unit', 'list_too_long', 'not_a_change', 'protobuf'],
  ...['no_schema_registry_prefix', 'unknown_schema', 'not_avro'],
  ...['no_list', 'too_many_elements', 'envelope_too_long', 'no_envelope'],
];
/** Those of whole batches have a test of their own. */
const REASONS = REJECTION_REASONS.filter((reason) => !isUnreadable(reason) && !OF_OTHERS.includes(reason));

/** What a detail says to do: its last sentence. */
const WHAT_TO_DO = /[.;] (?:If|Have|Correct|Send|Remove)\b[^.]*$/;

test(`500 records of every kind of trouble stop none of the others (seed ${seed})`, async () => {
  await withProject({ source: { topicPartitions: PARTITIONS, invalid: 'dead_letter' } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka, pool } = project;
      await configureTopic(project, {
        'max.message.bytes': String(64 * 1024 * 1024),
        'message.timestamp.type': 'CreateTime',
      });
      await produce(kafka, source, poisonedLog());
      await refuse(project, true);
      const stream = project.asof.stream(source);
      await stream.readToHead({ from: 'earliest', maxRecords: MICRO_BATCH });

      const refusing: OracleOptions = { ...EXAMPLE, rejectsUnfit: true, refuses: isRefused };
      await expectOracle(project, refusing);
      const { rows } = await pool.query<{ reason: string; detail: string }>(
        'SELECT reason, detail FROM events.dead_letters',
      );
      expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(REASONS));
      for (const { reason, detail } of rows) expect(detail, reason).toMatch(WHAT_TO_DO);
      for (const { reason, detail } of rows) expect(detail.length, reason).toBeLessThan(1_000);

      const unstorable = rows.filter(({ reason }) => reason === 'unstorable').length;
      expect(await stream.deadLetters.replay({ reason: 'unstorable' })).toMatchObject({
        replayed: 0,
        remaining: unstorable,
      });
      await refuse(project, false);
      expect(await stream.deadLetters.replay({ reason: 'unstorable' })).toMatchObject({
        replayed: unstorable,
        remaining: 0,
      });
      await expectOracle(project, {
        ...EXAMPLE,
        rejectsUnfit: true,
        wasReplayed: (record) => isOfRefusedType(record.value),
      });
    }),
  );
}, 600_000);

function isRefused({ event_type }: { event_type: string | null }): boolean {
  return event_type === REFUSED;
}

function isOfRefusedType(value: Uint8Array | null): boolean {
  return value !== null && Buffer.from(value).includes(`"event_type":"${REFUSED}"`);
}

/** Has the database refuse events of one type, as a limit or a constraint would; or no longer. */
async function refuse({ pool, source }: Project, refuses: boolean): Promise<void> {
  const table = `events."${source.replaceAll('-', '_')}"`;
  await pool.query(
    refuses
      ? `ALTER TABLE ${table} ADD CONSTRAINT refusal CHECK (event_type <> '${REFUSED}')`
      : `ALTER TABLE ${table} DROP CONSTRAINT refusal`,
  );
}

/** Good events of about a day, with troubles at random places. Some are late, some come twice. */
function poisonedLog(): Message[] {
  const random = randomFor(seed, 'poison');
  const kinds = Object.keys(TROUBLES);
  const places = new Set<number>();
  while (places.size < BAD) places.add(random.whole(0, GOOD + BAD - 1));
  const chosen = [...places];
  const kindAt = new Map(chosen.map((place, index) => [place, kinds[index % kinds.length]!]));
  return Array.from({ length: GOOD + BAD }, (_, place): Message => {
    const write = (members: object) => JSON.stringify({ ...goodEvent(place, random), ...members });
    const kind = kindAt.get(place);
    const record = kind === undefined ? { value: write({}) } : troubled(kind, write, random);
    return { ...record, partition: random.whole(0, PARTITIONS - 1) };
  });
}

function goodEvent(place: number, random: ReturnType<typeof randomFor>): object {
  const delay = random.chance(0.05) ? random.whole(0, 90 * 60_000) : random.whole(0, 60_000);
  return {
    user_id: `u_${random.whole(1, 300)}`,
    event_type: random.pick(['view', 'cart', 'purchase']),
    product_id: random.pick([null, `p_${random.whole(1, 50)}`]),
    revenue: random.pick([null, random.whole(1, 100_000) / 100]),
    session_id: `s_${random.whole(1, 1_000)}`,
    platform: random.pick(['web', 'ios', null]),
    event_ts: new Date(Date.UTC(2026, 0, 1) + Math.floor((place / GOOD) * 86_400_000) - delay).toISOString(),
  };
}
