import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { FUNNEL_VERSION: '"0.0.0-test"' },
  test: {
    include: ['test/**/*.test.ts'],
    // Many tests start processes, and CI machines have two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
