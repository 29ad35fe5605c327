/** Where a debugger attaches, as `--inspect` says it. */
import { InvalidArgumentError } from "commander";

/** An address to listen at; port 0 is any that is free. */
export interface DebuggerAddress {
  readonly host: string;
  readonly port: number;
}

/** Parses [host:]port. */
export function debuggerAddress(text: string): DebuggerAddress {
  const [, host = "127.0.0.1", port] = /^(?:(.+):)?(\d+)$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65535) throw new InvalidArgumentError("expected [host:]port.");
  return { host, port: Number(port) };
}

/** The address that was asked for: Node's own where none was named. */
export function addressOf(given: DebuggerAddress | true): DebuggerAddress {
  return given === true ? debuggerAddress("9229") : given;
}
