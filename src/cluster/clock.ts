/** The clock that all processes of a host share. */

/** Milliseconds of the host's monotonic clock: comparable between processes, not with the time of day. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
