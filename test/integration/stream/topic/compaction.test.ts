import kafkajs, { type Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withAdmin } from '../../../../adapters/kafka/topics.ts';
import { simulate } from '../../../../simulator/index.ts';
import { EXAMPLE, type LogRecord } from '../../../oracle/log.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { differencesFrom } from '../../../support/expectations/stream-differences.ts';
import { produce, readLog } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { type OwnBroker, ownBroker } from '../../../support/servers/own-broker.ts';

const events = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 1, users: 30 })];
const PARTITIONS = 2;
const KEYS = 20;
const BURST = 50;

let broker: OwnBroker;

beforeAll(async () => {
  broker = await ownBroker(() => Promise.resolve('log.cleaner.backoff.ms=50\n'));
  await broker.start();
});
afterAll(() => broker.remove());

/**
 * Records that close the segments before them. Their own segments stay open, so Kafka does not compact them
 * and removes nothing because of them.
 */
const closing: Message[] = Array.from({ length: PARTITIONS }, (_, partition) => ({
  key: 'k0',
  partition,
  value: events.at(-1)!.value,
}));

test('a stream counts the absent offsets of a compacted topic as skipped and makes dead letters of tombstones', async () => {
  await withCompactedTopic(async (project) => {
    const log = await sendCompacted(project, [0, 1, 2, 3]);
    await toHead(project);
    const { deadLetters } = await expectOracle(project);
    expect(deadLetters.filter(({ value }) => value === null).length).toBeGreaterThan(0);
    const { partitions } = await project.asof.stream(project.source).check();
    const skipped = partitions.reduce((sum, partition) => sum + partition.skipped, 0);
    expect(skipped).toBe(4 * BURST + closing.length - log.length);
    expect(partitions.map(({ lost }) => lost)).toEqual([0, 0]);
  });
});

test('records that Kafka compacts away after they were read, even the last one read, stay in the rows', async () => {
  await withCompactedTopic(async (project) => {
    const read = await sendCompacted(project, [0, 1]);
    await toHead(project);
    const left = await sendCompacted(project, [2, 3, 0, 1]);
    await toHead(project);

    const place = ({ partition, offset }: LogRecord) => `${partition}/${offset}`;
    const wereRead = new Set(read.map(place));
    expect(left.filter((record) => wereRead.has(place(record)))).toEqual([]);
    const expected = oracle([...read, ...left], EXAMPLE);
    expect(await differencesFrom(expected, project)).toEqual({ ledger: [], rows: [] });
  });
});

/** Runs a test on a project whose topic Kafka compacts as soon as it can. */
async function withCompactedTopic(test: (project: Project) => Promise<void>): Promise<void> {
  await withProject(
    { source: { topicPartitions: PARTITIONS }, kafka: { brokers: broker.brokers } },
    (project) =>
      project.withWorkers(1, async () => {
        await compact(project);
        await test(project);
      }),
  );
}

async function compact({ kafka, source }: Project): Promise<void> {
  const settings = {
    'cleanup.policy': 'compact',
    'segment.ms': '1', // each burst closes the segment of the one before it
    'min.cleanable.dirty.ratio': '0.01',
    'max.compaction.lag.ms': '1',
    'message.timestamp.type': 'LogAppendTime',
  };
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: source, configEntries };
  await withAdmin(kafka, (admin) => admin.alterConfigs({ validateOnly: false, resources: [resource] }));
}

/**
 * Some of the events, on all partitions, under few keys and with a tombstone now and then. The first key of
 * each partition is `k0`.
 */
function burst(number: number): Message[] {
  return events.slice(number * BURST, (number + 1) * BURST).map(({ value }, index) => {
    const turn = Math.floor(index / PARTITIONS);
    const key = turn === 0 ? 0 : (5 * number + turn * turn) % KEYS;
    return { key: `k${key}`, partition: index % PARTITIONS, value: turn % 7 === 3 ? null : value };
  });
}

/** Sends bursts, and waits until the broker has removed all but the last record of each key. */
async function sendCompacted({ kafka, source }: Project, numbers: readonly number[]): Promise<LogRecord[]> {
  for (const number of numbers) await produce(kafka, source, burst(number));
  await produce(kafka, source, closing);
  const keys = new Set(numbers.flatMap(burst).map(({ key, partition }) => `${partition} ${String(key)}`));
  return eventually('the broker to remove all but the last record of each key', async () => {
    const log = await readLog(kafka, source);
    return log.length === keys.size + closing.length && log;
  });
}

async function toHead({ source, asof }: Project): Promise<void> {
  await asof.stream(source).readToHead({ from: 'earliest', maxRecords: 7 });
}
