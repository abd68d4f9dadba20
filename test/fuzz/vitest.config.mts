import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    globalSetup: 'test/fuzz/setup.ts',
    testTimeout: 120_000,
    maxConcurrency: 2,
    fileParallelism: false,
  },
});
