import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import { SimulatedDeployment } from '../../../testing/deployment.ts';
import type { SimulatedRow } from '../../../testing/index.ts';
import { Simulation } from '../../../testing/simulation.ts';
import { featureRows } from '../../oracle/feature-rows.ts';
import { MINUTE } from '../../oracle/log.ts';
import { oracle } from '../../oracle/oracle.ts';
import type { OracleWindowRow } from '../../oracle/windows.ts';
import { batchedStreams } from '../support/batched-streams.ts';
import { ACTIVITY, engineFor } from '../support/engine.ts';
import { everyLength, forOracle } from '../support/every-aggregate.ts';
import { forAllSlow } from '../support/for-all.ts';
import { repeatingStreams, streams } from '../support/random-stream.ts';
import { type Stream, rfc3339 } from '../support/stream.ts';

/** RFC 3339, in which a Kafka timestamp is given, has no later time. */
const YEAR_10000 = BigInt(Date.parse('+010000-01-01T00:00:00Z')) * 1000n;

const anyStreams = fc
  .oneof(
    streams({ malformed: 20 }),
    repeatingStreams({}),
    batchedStreams({}),
    batchedStreams({}, { repeating: true }),
  )
  .filter(isWritable);

function isWritable({ records }: Stream): boolean {
  return records.every(({ kafkaTs }) => kafkaTs === null || kafkaTs < YEAR_10000);
}

/** How a log comes and is read: how many records at a time, how far the clock goes on then, and which of the waits a crash ends. */
const runs = fc.record({
  trigger: fc.constantFrom(0n, MINUTE, 5n * MINUTE),
  seed: fc.nat(1_000),
  steps: fc.array(
    fc.record({ records: fc.integer({ min: 1, max: 6 }), minutes: fc.nat(7), isCrash: fc.boolean() }),
    { maxLength: 12, size: 'max' },
  ),
});

test("a simulation's rows, late events and counts equal the oracle's, however records come, and whenever it crashes", async () => {
  const cases = fc.record({ stream: anyStreams, run: runs });
  await forAllSlow(cases, 150, async ({ stream, run }) => {
    const wanted = oracle(stream.records, stream.options);
    const sim = await simulated(stream, run);
    expect(rowsOf(sim, ACTIVITY)).toEqual(byId([...wanted.windows.values()].map(shown)));
    expect(sim.counts('user-events')).toMatchObject({
      raw: wanted.raw.length,
      duplicates: wanted.raw.filter(({ duplicate }) => duplicate).length,
      deadLetters: wanted.deadLetters.length,
      skipped: wanted.skipped.length,
      late: wanted.late.length,
    });
    expect(sim.deadLetters()).toHaveLength(wanted.deadLetters.length);
    const late = sim
      .late()
      .map(({ keys, firstMissed, lastMissed }) => [keys.user_id, firstMissed, lastMissed].join());
    const wantedLate = wanted.late.map(({ user_id, missed }) => [user_id, ...missed.map(rfc3339)].join());
    expect(late.sort()).toEqual(wantedLate.sort());
  });
});

test("every aggregate over every length and lifetime equals the oracle's", async () => {
  const cases = fc.record({ stream: streams({ maxLength: 12 }).filter(isWritable), run: runs });
  await forAllSlow(cases, 15, async ({ stream, run }) => {
    const { raw } = oracle(stream.records, stream.options);
    const wanted = featureRows(raw, forOracle(everyLength));
    const sim = await simulated(stream, run, true);
    expect(rowsOf(sim, everyLength.name)).toEqual(byId([...wanted.values()].map(shown)));
  });
});

async function simulated(
  stream: Stream,
  { trigger, seed, steps }: typeof runs extends fc.Arbitrary<infer One> ? One : never,
  isOfAll = false,
): Promise<Simulation> {
  const { source, tables } = engineFor(stream, isOfAll ? [everyLength] : []);
  const definitions = new DefinitionSet([source, ...tables.map(({ definition }) => definition)]);
  const start = parseInstant('2026-11-01T00:00:00Z')!;
  const settings = { start, trigger, seed, isOnlineContinuous: true };
  const sim = new Simulation(new SimulatedDeployment(definitions, settings));
  let sent = 0;
  for (const { records, minutes, isCrash } of [...steps, { records: Infinity, minutes: 5, isCrash: false }]) {
    const some = stream.records.slice(sent, sent + records);
    sent += some.length;
    sim.sendRecords(
      source.name,
      some.map(({ partition, kafkaTs, value }) => ({
        partition,
        key: null,
        value,
        kafkaTime: kafkaTs === null ? null : rfc3339(kafkaTs),
      })),
    );
    if (isCrash) sim.crash();
    await sim.advance(`${minutes} minutes`);
  }
  return sim;
}

function rowsOf(sim: Simulation, table: string): Map<string, SimulatedRow> {
  return byId(sim.rows(table));
}

function byId(rows: readonly SimulatedRow[]): Map<string, SimulatedRow> {
  return new Map(rows.map((row) => [`${String(row.feature_ts)} ${String(row.user_id)}`, row]));
}

/** A row of the oracle as a simulation shows it. */
function shown(wanted: object): SimulatedRow {
  const { window_start: _, window_end: __, ...row } = wanted as OracleWindowRow;
  return { ...row, feature_ts: rfc3339(row.feature_ts) };
}
