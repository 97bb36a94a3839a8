import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["e2e/*.e2e.ts"],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 30_000,
    // What is waited for may take long on a slow machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
