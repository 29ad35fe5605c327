import { defineConfig, type ViteUserConfig } from "vitest/config";

// Fast tests are pure; native ones load TensorFlow, which must live in the main thread of a process (never in a worker_thread).
const forks = { pool: "forks", isolate: true, testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 } as const;
const leakChecked = { ...forks, execArgv: ["--expose-gc"], setupFiles: ["test/setup/leak-check.ts"] };

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          sequence: { groupOrder: 0 },
          include: ["src/**/*.test.ts", "test/architecture/**/*.test.ts"],
          exclude: ["**/*.native.test.ts"],
          ...forks,
        },
      },
      {
        test: {
          name: "native",
          sequence: { groupOrder: 1 },
          include: ["src/**/*.native.test.ts", "test/{rules,fuzz}/**/*.native.test.ts"],
          ...leakChecked,
        },
      },
      { test: { name: "parity", sequence: { groupOrder: 2 }, include: ["test/parity/**/*.test.ts"], ...forks } },
      {
        test: {
          name: "process",
          sequence: { groupOrder: 3 },
          include: ["test/process/**/*.test.ts", "test/faults/**/*.test.ts", "test/docs/**/*.test.ts"],
          ...forks,
          testTimeout: 240_000,
          fileParallelism: false,
          retry: process.env.CI ? 1 : 0, // CI's cores are shared: a process may wait for them longer than a person would
        },
      },
    ],
  },
});

export default config;
