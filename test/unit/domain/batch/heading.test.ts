import { expect, test } from 'vitest';
import { compareHeading } from '../../../../domain/batch/heading.ts';
import { writtenTable } from '../../../../domain/batch/written-table.ts';

const table = writtenTable({
  kind: 'external_table',
  name: 'scores',
  primaryKeys: ['customer'],
  timestamp: { column: 'at' },
  availableAfter: '0 seconds',
  features: [{ name: 'score', type: 'double' }],
});

test.each([
  [['customer', 'at', 'score'], { problems: [], leftOut: [] }],
  [['', 'score', 'at', 'customer'], { problems: [], leftOut: [0] }],
  [['customer', 'at', 'score', '__index_level_0__'], { problems: [], leftOut: [3] }],
  [
    ['Customer', 'at', 'score', 'score'],
    {
      problems: [
        "there is no column 'customer'",
        "column 'Customer' is not one of the table; correct its name, or leave it out",
        "there are two columns 'score'",
      ],
      leftOut: [],
    },
  ],
])('a file with the columns %j', (names, expected) => {
  expect(compareHeading(table, names)).toEqual(expected);
});
