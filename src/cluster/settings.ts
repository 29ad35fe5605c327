/** What the control plane decides by: how many workers, and how long it waits for what. */

/** Numbers that a job's decisions depend on. */
export interface Settings {
  /** Fewer members than this do not go on. */
  readonly minWorkers: number;
  /** Workers that wait, prepared, for another's place. */
  readonly spares: number;
  readonly heartbeatIntervalMs: number;
  /** Silence after which a worker whose process is stopped counts as dead. */
  readonly suspectAfterMs: number;
  /** Silence after which a worker counts as dead although its process seems to run. */
  readonly hungAfterMs: number;
  /** How many times the machine's own scheduling delay is added to both. */
  readonly delayFactor: number;
  /** A closed connection is followed by the end of its process within this time, or by a kill. */
  readonly closedGraceMs: number;
  /** How long the first call waits for all that were asked for before it begins with fewer. */
  readonly joinTimeoutMs: number;
  /** How long a worker may compute one step while others wait for it; at least `progressFactor` usual steps. */
  readonly progressTimeoutMs: number;
  readonly progressFactor: number;
  /** How long a worker may wait for others in a call that one of them has behind itself. */
  readonly strayTimeoutMs: number;
  /** How long a worker that was told to leave has to end by itself. */
  readonly leaveTimeoutMs: number;
  /** How long the others have to fail in the same way when a script has thrown in one. */
  readonly failureGraceMs: number;
  /** Deaths at one step, each in another generation, after which the job halts. */
  readonly maxDeathsAtStep: number;
  /** Deaths in a row before the group that was started got to a call, after which the job halts. */
  readonly maxDeathsAtStart: number;
  /** How long a place stays empty when two have died in it while starting; doubles with each further one. */
  readonly restartDelayMs: number;
  readonly maxRestartDelayMs: number;
  /** Whether a debugger may hold workers: nobody is suspected then. */
  readonly isDebugging: boolean;
}

/** For one host. */
export const defaultSettings: Settings = {
  minWorkers: 1,
  spares: 0,
  heartbeatIntervalMs: 100,
  suspectAfterMs: 500,
  hungAfterMs: 10_000,
  delayFactor: 4,
  closedGraceMs: 300,
  joinTimeoutMs: 30_000,
  progressTimeoutMs: 60_000,
  progressFactor: 20,
  strayTimeoutMs: 20_000,
  leaveTimeoutMs: 5000,
  failureGraceMs: 1000,
  maxDeathsAtStep: 3,
  maxDeathsAtStart: 3,
  restartDelayMs: 1000,
  maxRestartDelayMs: 30_000,
  isDebugging: false,
};
