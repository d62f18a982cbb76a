import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Namespace } from '../../../domain/namespace.ts';
import { batchScheduleId, onlineWorkflowId, streamWorkflowId } from '../../../domain/workflow-ids.ts';
import { namespaceSchema } from '../../../schemas/values/namespace.ts';
import { forAll } from '../support/for-all.ts';

const namespace = fc
  .oneof(fc.constant('asof'), fc.stringMatching(/^[a-z][a-z0-9_-]{0,29}$/))
  .map((name) => new Namespace(name));
const source = fc.stringMatching(/^[a-z][a-z0-9._-]{0,49}$/);
const table = fc.stringMatching(/^[a-z][a-z0-9_]{0,49}$/);

/** How a deployment names what is made for a definition, on each server. */
const namings: Readonly<Record<string, (namespace: Namespace, name: string) => string>> = {
  stream: (one, name) => one.temporalId(streamWorkflowId(name)),
  schedule: (one, name) => one.temporalId(batchScheduleId(name)),
  online: (one, name) => one.temporalId(onlineWorkflowId(name)),
  key: (one, name) => one.redisKey(`online:${name}:pointer`),
  model: (one, name) => one.mlflowName(name),
};

test.each(Object.entries(namings))('two namespaces never share the name of a %s', (kind, nameOf) => {
  const name = kind === 'stream' ? source : table;
  forAll(fc.tuple(namespace, name, namespace, name), ([one, a, other, b]) => {
    const isSame = one.name === other.name && a === b;
    expect(nameOf(one, a) === nameOf(other, b)).toBe(isSame);
  });
});

test('two namespaces share a topic only where a source is named like the other namespace', () => {
  forAll(fc.tuple(namespace, source, namespace, source), ([one, a, other, b]) => {
    if (one.topic(a) !== other.topic(b)) return;
    const isSame = one.name === other.name && a === b;
    expect(isSame || a.startsWith(`${other.name}.`) || b.startsWith(`${one.name}.`)).toBe(true);
  });
});

test('the default namespace gives every name as it was before there were namespaces', () => {
  expect(Namespace.default.temporalId('stream-user-events')).toBe('stream-user-events');
  expect(Namespace.default.topic('user-events')).toBe('user-events');
  expect(Namespace.default.mlflowName('user_churn_model')).toBe('user_churn_model');
  expect(Namespace.default.redisKey('online:t:pointer')).toBe('asof:online:t:pointer');
  expect(Namespace.default.taskQueue).toBe('asof');
});

test('a namespace holds no separator of the names that carry it', () => {
  forAll(fc.string({ maxLength: 40 }), (name) => {
    if (namespaceSchema.safeParse(name).success) expect(name).toMatch(/^[a-z0-9_-]{1,30}$/);
  });
});
