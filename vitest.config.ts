import { defineConfig } from 'vitest/config';
import { TEST_STACKS } from './test/support/servers/test-stacks.ts';

/** Quick tests load the modules once for all files of a process, which takes a third of the time. */
const project = (name: string, overrides: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks' as const,
    isolate: false,
    ...overrides,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', { testTimeout: 30_000, maxWorkers: '100%' }),
      project('property', { testTimeout: 120_000, maxWorkers: '100%' }),
      project('workflow', { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: '100%' }),
      project('integration', {
        globalSetup: 'test/support/servers/servers.ts',
        setupFiles: 'test/support/servers/own-stack.ts',
        // A file that leaves a connection or a worker behind must not trouble the next one.
        isolate: true,
        // Twice what the longest takes beside another.
        testTimeout: 240_000,
        hookTimeout: 240_000,
        maxWorkers: TEST_STACKS,
      }),
    ],
  },
});
