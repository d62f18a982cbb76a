import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partitionChoice } from '../../../../adapters/kafka/partition-choice.ts';
import { entityBucket } from '../../../../domain/windows/entity-bucket.ts';

test.each([1, 2, 3, 4, 6, 8, 12, 24, 48])(
  'with %i partitions, keyed by the first part of the key, different partitions have different buckets',
  (partitions) => {
    const partitionOf = partitionChoice(partitions);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string(), (first, second) => {
        expect(entityBucket([first, second]) % partitions).toBe(partitionOf(first));
      }),
    );
  },
);
