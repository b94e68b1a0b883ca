// Asking the service. Texts travel in the body of a POST, never in an address.

const TRIES = 6;
let key = "";

/** The service's refusal, or the lack of an answer; `code` is what the words are found by. */
export class Refusal extends Error {
  constructor(code, status = 0, detail = "", field = "") {
    super(code);
    Object.assign(this, { code, status, detail, field });
  }
}

/** Use an API key from now on; it is held in this page's memory alone. */
export function useKey(given) {
  key = given.trim();
}

/** A random secret, so that a value has one pseudonym as long as the page is open. */
export function secret() {
  return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function once(path, body, signal) {
  if (/[^!-~]/.test(key)) throw new Refusal("unauthorized", 401);
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const request = { headers, signal, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
  if (body !== undefined) {
    Object.assign(request, { method: "POST", body: JSON.stringify(body) });
    headers["Content-Type"] = "application/json";
  }
  let answer, content;
  try {
    answer = await fetch(path, request);
    content = await answer.json();
  } catch (error) {
    if (signal && signal.aborted) throw error;
    throw new Refusal(answer ? "no_json" : "unreachable");
  }
  if (answer.ok) return content;
  const { code = "unknown", message = "", field = "" } = content.error || {};
  const refusal = new Refusal(code, answer.status, message, field);
  refusal.wait = answer.status === 429 || answer.status === 503 ? Number(answer.headers.get("Retry-After")) || 1 : 0;
  throw refusal;
}

const rest = (seconds, signal) => new Promise((done, fail) => {
  const timer = setTimeout(done, seconds * 1000);
  if (signal) signal.addEventListener("abort", () => { clearTimeout(timer); fail(signal.reason); }, { once: true });
});

/**
 * The answer to a question; where the service says when to come back, that is done.
 * `waiting` hears of the seconds. Throws a `Refusal`, or what `signal` was aborted with.
 */
export async function ask(path, body, signal, waiting = () => {}) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await once(path, body, signal);
    } catch (error) {
      if (!(error instanceof Refusal) || !error.wait || tried === TRIES) throw error;
      waiting(error.wait);
      await rest(error.wait, signal);
    }
  }
}
