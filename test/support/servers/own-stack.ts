import { testStack } from './test-stacks.ts';

// Tests, and the processes that they start, find their servers by ASOF_STACK.
process.env.ASOF_STACK = testStack(Number(process.env.VITEST_POOL_ID));
