import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planChanges } from '../../../../client/registry/plan.ts';
import { definitionHash } from '../../../../db/registry/registry.ts';
import { DefinitionSet } from '../../../../domain/registry/definition-set.ts';
import type { Definition } from '../../../../domain/registry/definition.ts';
import { meaningOf } from '../../../../domain/registry/described.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { churn } from '../../../../examples/churn/definitions/churn-training-set.ts';
import { churnEndpoint } from '../../../../examples/churn/definitions/endpoints.ts';
import { onlineActivity } from '../../../../examples/churn/definitions/online-tables.ts';
import { transactionFeatures } from '../../../../examples/churn/definitions/transaction-features.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userChurnModel } from '../../../../examples/churn/definitions/user-churn-model.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { users } from '../../../../examples/churn/definitions/users.ts';
import { forAll } from '../../support/for-all.ts';

const all: readonly Definition[] = [
  userEvents,
  users,
  userActivityFeatures,
  transactionFeatures,
  onlineActivity,
  churn,
  userChurnModel,
  churnEndpoint,
].map(({ definition }) => definition);

const said = fc.record(
  {
    description: fc.string({ minLength: 1 }),
    owner: fc.string({ minLength: 1 }),
    tags: fc.array(fc.constantFrom('pii', 'growth')),
  },
  { requiredKeys: [] },
);

/** What is said of a definition, and of its features and fields in turn. */
const cases = fc.record({
  definition: fc.constantFrom(...all),
  before: fc.array(said, { minLength: 1, maxLength: 4 }),
  after: fc.array(said, { minLength: 1, maxLength: 4 }),
});

function describedWith(definition: Definition, words: readonly object[]): Definition {
  const inTurn = (part: object, index: number) => ({ ...part, ...words[(index + 1) % words.length] });
  const { features, fields } = definition as { features?: readonly object[]; fields?: readonly object[] };
  return {
    ...definition,
    ...(features && { features: features.map(inTurn) }),
    ...(fields && { fields: fields.map(inTurn) }),
    ...words[0],
  } as Definition;
}

test('whatever people say of a definition, its features and its fields, it means and hashes the same', () => {
  forAll(cases, ({ definition, after }) => {
    const described = describedWith(definition, after);
    expect(JSON.stringify(meaningOf(described))).toBe(JSON.stringify(definition));
    expect(definitionHash(described)).toBe(definitionHash(definition));
  });
});

test('a plan finds that only what people say changes, and nothing where they say the same', () => {
  forAll(cases, ({ definition, before, after }) => {
    const [old, wanted] = [describedWith(definition, before), describedWith(definition, after)];
    const others = all.filter(({ name, kind }) => name !== definition.name || kind !== definition.kind);
    const changes = planChanges(new DefinitionSet([...others, wanted]), {
      registered: new DefinitionSet([...others, old]),
      sourceVersions: [userEvents.definition],
      topics: [userEvents.definition.topic],
      sourcesRead: new Set(),
    });
    const isSame = JSON.stringify(old) === JSON.stringify(wanted);
    expect(changes.map(({ action }) => action)).toEqual(isSame ? [] : ['describe']);
  });
});

test('what people say of features changes nothing of how a table is computed', () => {
  forAll(cases, ({ after }) => {
    const plain = compileStreamTable(userActivityFeatures.definition, userEvents.definition);
    const described = describedWith(userActivityFeatures.definition, after) as typeof plain.definition;
    const compiled = compileStreamTable(described, userEvents.definition);
    expect(compiled.aggregations).toHaveLength(plain.aggregations.length);
    expect(compiled.spans).toEqual(plain.spans);
  });
});
