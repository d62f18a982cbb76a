import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KafkaClient } from '../../../../adapters/kafka/client.ts';
import { deleteTopics, withAdmin } from '../../../../adapters/kafka/topics.ts';
import type { Temporal } from '../../../../client/shared/temporal.ts';
import type { Definition, EventSourceDefinition } from '../../../../domain/registry/definition.ts';
import { streamWorkflowId } from '../../../../domain/workflow-ids.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { sourceWith, windowWith } from '../../../property/support/engine.ts';
import { repeatingStreams, streams } from '../../../property/support/random-stream.ts';
import { Stream } from '../../../property/support/stream.ts';
import { streamDifferences } from '../../../support/expectations/stream-differences.ts';
import { Crew } from '../../../support/faults/crew.ts';
import { type Doom, killPoints } from '../../../support/faults/kill-points.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const SEED = Number(process.env.ASOF_PROPERTY_SEED ?? 2026);
/** The number of streams; each kill of a worker comes while five of them are read. */
const STREAMS = Number(process.env.ASOF_RANDOM_STREAMS ?? 15);
const KILLS = Math.ceil(STREAMS / 5);
const AT_ONCE = 5;
const PARTITIONS = 3;
/** Ten times what the slowest stream takes with all kills; a stream that hangs must not hang the test. */
const LONGEST = '8 minutes';
const leaning = { maxLength: 80, disorder: 60 };
const cases: fc.Arbitrary<Case> = fc.record({
  stream: fc.oneof(streams(leaning), repeatingStreams(leaning)).map(atMidnight),
  late: fc.constantFrom('keep', 'correct'),
  maxRecords: fc.integer({ min: 1, max: 20 }),
  shards: fc.integer({ min: 1, max: PARTITIONS }),
});

/** Only windows of a day or more may have an offset, and only those of more than 96 slides a tail. */
function atMidnight({ records, settings }: Stream): Stream {
  return new Stream(records, { ...settings, offset: 0, tail: undefined });
}

/** Few enough passages for every kill to come before the streams end. */
const doom: fc.Arbitrary<Doom> = fc.record({
  point: fc.constantFrom(...killPoints),
  nth: fc.integer({ min: 1, max: 5 }),
});

test(`${STREAMS} random streams with random micro-batches, shards and kills give the rows of the oracle on the real servers`, async () => {
  const sampled = fc.sample(cases, { numRuns: STREAMS, seed: SEED });
  const dooms = fc.sample(doom, { numRuns: KILLS, seed: SEED });
  await withProject({}, async (project) => {
    const { kafka, environment } = project;
    const named = sampled.map((one, index) => ({
      ...one,
      source: `${project.source}-${index}`,
      table: `windows_${index}`,
    }));
    await makeTopics(kafka, named);
    await project.asof.apply(definitionsOf(named));
    const crew = new Crew({ environment, size: 2, dooms });
    try {
      await project.withTemporal(async (temporal) => {
        const waiting = [...named];
        const lane = async (): Promise<void> => {
          for (let next = waiting.shift(); next; next = waiting.shift()) await run(project, temporal, next);
        };
        await Promise.all(Array.from({ length: AT_ONCE }, lane));
      });
    } finally {
      await crew.dismiss();
      await deleteTopics(
        kafka,
        named.map(({ source }) => source),
      );
    }
    expect(crew.kills).toBe(KILLS);
  });
}, 900_000);

function definitionsOf(named: readonly NamedCase[]): Definition[] {
  return named.flatMap(({ stream: { settings }, late, source, table }) => {
    const window = windowWith(settings.length, settings.slide, settings.offset);
    const topic = { name: source, topic: source, topicPartitions: PARTITIONS };
    return [
      { ...sourceWith(settings), ...topic, late },
      { ...userActivityFeatures.definition, name: table, source, window },
    ];
  });
}

/** Makes topics that take the random timestamps of their records and never delete a record. */
async function makeTopics(kafka: KafkaClient, named: readonly NamedCase[]): Promise<void> {
  const configEntries = [
    { name: 'message.timestamp.after.max.ms', value: String(2n ** 63n - 1n) },
    { name: 'retention.ms', value: '-1' },
  ];
  const topics = named.map(({ source }) => ({
    topic: source,
    numPartitions: PARTITIONS,
    configEntries,
  }));
  await withAdmin(kafka, (admin) => admin.createTopics({ topics }));
}

/** Sends the log of a case, runs its stream, and compares the outcome with the oracle. */
async function run(
  project: Project,
  { client, taskQueue }: Temporal,
  { stream, late, source, table, maxRecords, shards }: NamedCase,
): Promise<void> {
  const messages = stream.records.map(({ partition, kafkaTs, value }) => {
    // Kafka refuses a timestamp before 1970, except −1, which says that there is none.
    const timestamp = kafkaTs === null ? -1n : kafkaTs < 0n ? 0n : kafkaTs / 1000n;
    return { partition, timestamp: String(timestamp), value: value && Buffer.from(value) };
  });
  await produce(project.kafka, source, messages);
  await client.workflow.execute('streamFeatures', {
    workflowId: streamWorkflowId(source),
    taskQueue,
    workflowExecutionTimeout: LONGEST,
    args: [{ source, from: 'earliest', untilCaughtUp: true, maxRecords, shards }],
  });
  const options = { ...stream.options, ...(late === 'correct' && { merged: () => true }) };
  const found = await streamDifferences({ ...project, source }, { options, table });
  expect(found, `${source} (ASOF_PROPERTY_SEED=${SEED}): ${fc.stringify(stream)}`).toEqual({
    ledger: [],
    rows: [],
  });
}

/** A random log, and the settings of the stream that reads it. */
interface Case {
  readonly stream: Stream;
  readonly late: EventSourceDefinition['late'];
  readonly maxRecords: number;
  readonly shards: number;
}

/** A case with the names of its source and its table. */
interface NamedCase extends Case {
  readonly source: string;
  readonly table: string;
}
