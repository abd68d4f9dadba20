import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    globalSetup: 'test/fuzz/setup.ts',
    // Far more than a format takes: the harness itself ends what hangs.
    testTimeout: 300_000,
    maxConcurrency: 2,
    fileParallelism: false,
  },
});
