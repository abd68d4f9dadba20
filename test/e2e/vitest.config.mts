import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: 'test/e2e/support/globalSetup.ts',
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // One workbench at a time: two cores carry no more.
    fileParallelism: false,
    pool: 'forks',
  },
});
