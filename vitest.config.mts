import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{protocol,client,server,webviews,demo,bench,scripts,test/unit,test/support,test/reference}/**/*.test.ts',
    ],
    environment: 'node',
    testTimeout: 60_000,
    globalSetup: 'test/support/bundles.ts',
    pool: 'forks',
    maxWorkers: 2,
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
});
