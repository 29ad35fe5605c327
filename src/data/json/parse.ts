/** Records as JSON, and as Python writes them: with NaN and Infinity, and with whole numbers that a double does not hold. */

/** A number as it stands in the text. */
interface Written {
  readonly [MARK]: string;
}

const MARK = "\u0001number";
const TOKEN = /"(?:[^"\\]|\\.)*"|-?(?:Infinity|NaN|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;
const LONG_WHOLE = /^-?\d{16,}$/;

/** What `text` says. @throws SyntaxError when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return parseExactly(text);
  }
}

/** The same, with numbers that JSON does not know or that a double does not hold as they are written: see {@link writtenNumber}. */
export function parseExactly(text: string): unknown {
  const marked = text.replace(TOKEN, (token) =>
    LONG_WHOLE.test(token) || /[NI]/.test(token.slice(0, 2)) ? `{${JSON.stringify(MARK)}:"${token}"}` : token,
  );
  return JSON.parse(marked);
}

/** The number that {@link parseExactly} left as it is written. */
export function writtenNumber(value: unknown): string | undefined {
  const isWritten = typeof value === "object" && value !== null && Object.hasOwn(value, MARK);
  return isWritten ? (value as Written)[MARK] : undefined;
}
