/** The progress line as Keras draws it, as text: nothing here knows of time or terminals. */
import type { Logs } from "./callback.ts";

const BAR_CHARACTERS = 20;
const colors = { bold: "\x1b[1m", green: "\x1b[32m", gray: "\x1b[37m", plain: "\x1b[0m" } as const;

/** How far a pass is. */
export interface Progress {
  /** Steps that are over. */
  readonly done: number;
  /** Steps that there are; `null` while that is not known. */
  readonly total: number | null;
  readonly elapsedMs: number;
  /** Time of one step; the first, in which functions are traced, does not count where there are others. */
  readonly stepMs: number;
  readonly logs: Logs;
  /** Whether the pass is over: the time since its start is shown rather than the time that is left. */
  readonly isOver: boolean;
}

function painted(color: keyof typeof colors, text: string): string {
  return text === "" ? "" : `${colors[color]}${text}${colors.plain}`;
}

/** A log's value as Keras prints it: four digits, with an exponent when it is small. */
export function valueText(value: number): string {
  if (!Number.isFinite(value)) return String(value).toLowerCase().replace("infinity", "inf");
  if (Math.abs(value) > 1e-3) return value.toFixed(4);
  return value.toExponential(4).replace(/e([+-])(\d)$/, "e$10$2");
}

function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), String(seconds % 60).padStart(2, "0")];
  if (seconds <= 60) return `${seconds}s`;
  if (seconds <= 3600) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

function perStepText(ms: number): string {
  if (ms >= 1000 || ms === 0) return `${Math.round(ms / 1000)}s/step`;
  return ms >= 1 ? `${Math.round(ms)}ms/step` : `${Math.round(ms * 1000)}us/step`;
}

function valuesText(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => ` - ${name}: ${valueText(value)}`)
    .join("");
}

function countText(done: number, total: number | null): string {
  return total === null
    ? `${String(done).padStart(7)}/Unknown`
    : `${String(done).padStart(String(total).length)}/${total}`;
}

/** The line that is drawn anew, at most `columns` wide: `12/235 ━━━━━━━━━━━━━━━━━━━━ 3s 10ms/step - loss: 0.2839`. */
export function progressLine({ done, total, elapsedMs, stepMs, logs, isOver }: Progress, columns: number): string {
  const count = countText(done, total);
  const filled = total === null ? 0 : Math.floor((BAR_CHARACTERS * done) / Math.max(1, total));
  const bar =
    total === null
      ? ""
      : `${painted("green", "━".repeat(filled))}${painted("gray", "━".repeat(BAR_CHARACTERS - filled))}`;
  const isEstimate = total !== null && !isOver;
  const time = isEstimate ? durationText(stepMs * (total - done)) : `${Math.round(elapsedMs / 1000)}s`;
  const barWidth = total === null ? 0 : BAR_CHARACTERS + 1;
  const rest = ` ${perStepText(stepMs)}${valuesText(logs)}`;
  const room = columns - 1 - count.length - barWidth - 1 - time.length;
  return `${painted("bold", count)}${bar && ` ${bar}`} ${painted("bold", time)}${rest.slice(0, Math.max(0, room))}`;
}

/** The line for a pass that is over: `235/235 - 3s - 10ms/step - accuracy: 0.9120 - loss: 0.2839`. */
export function summaryLine({ done, total, elapsedMs, stepMs, logs }: Progress): string {
  const time = `${Math.round(elapsedMs / 1000)}s`;
  return `${countText(done, total ?? done)} - ${time} - ${perStepText(stepMs)}${valuesText(logs)}`;
}
