import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { evaluated } from '../../support/definitions/evaluated.ts';
import { produce } from '../../support/projects/log.ts';
import { withProject } from '../../support/projects/project.ts';

/** A tracking call as a customer-data platform sends it. */
function call(index: number): string {
  return JSON.stringify({
    userId: index % 5 === 0 ? null : `cust-${index % 7}`,
    messageId: randomUUID(),
    timestamp: Date.parse('2026-03-01T10:00:00Z') + index * 1000,
    properties: { revenue: `${index}.50` },
  });
}

test('a definition inferred from a topic takes its events, is applied beside it, and moves no cursor', async () => {
  await withProject({ source: { topicPartitions: 3 } }, async ({ source: topic, asof, kafka }) => {
    const sent = Array.from({ length: 200 }, (_, index) => ({ value: call(index), partition: index % 3 }));
    await produce(kafka, topic, sent);
    const before = await asof.stream(topic).check();

    const inferred = await asof.inferSource({ topic }, { name: 'calls', records: 90 });
    expect(inferred).toMatchObject({ records: 90, deadLetters: 0, firstRejections: [] });
    expect(inferred.events + inferred.skipped).toBe(90);
    expect(inferred.definition).toMatchObject({ topic, entity: 'user_id', eventTime: 'timestamp' });
    expect(inferred.typescript).toContain("timestamp: required('timestamp', { unit: 'milliseconds' })");
    expect(inferred.typescript).toContain(
      "revenue: optional('double', { from: 'properties.revenue', coerce: true })",
    );
    expect(await asof.stream(topic).check()).toEqual(before);

    const { applied } = await asof.apply([...(await asof.definitions()), evaluated(inferred.typescript)]);
    expect(applied.map(({ what }) => what)).toContainEqual(expect.stringContaining('calls'));
  });
});

test('a topic that is missing or empty is said', async () => {
  await withProject({}, async ({ source: topic, asof }) => {
    await expect(asof.inferSource({ topic })).rejects.toMatchObject({
      code: 'ASOF_INFERENCE_FAILED',
      message: expect.stringContaining('there are no records') as string,
    });
    await expect(asof.inferSource({ topic: `${topic}-other` })).rejects.toMatchObject({
      code: 'ASOF_TOPIC_MISSING',
    });
  });
});
