import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testStack } from './test-stacks.ts';

// Tests, and the processes that they start, find their servers by ASOF_STACK.
process.env.ASOF_STACK = testStack(Number(process.env.VITEST_POOL_ID));
// Workflows read and write below this folder, and what Asof keeps is there too.
process.env.ASOF_DATA_ROOTS = join(tmpdir(), `asof-test-data-${process.env.ASOF_STACK}`);
