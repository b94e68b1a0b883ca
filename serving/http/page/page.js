// The page: asks while one types, shows the last answer alone.

import { announce, by, fill, make } from "./elements.js";
import * as controls from "./controls.js";
import examples from "./examples.js";
import * as many from "./many.js";
import { Refusal, ask, secret, useKey } from "./service.js";
import { showFindings, showMarked, showRedacted } from "./spans.js";
import { heard, showNone, showVerdict } from "./verdict.js";
import { count, one, say, speak } from "./words.js";

const PAUSE = 250;
const LONG_PAUSE = 900;
const LONG = 20_000;
const LONGEST = 1_000_000;
const KEY = secret();
let judges = true;
let shown = null;
let asking = null;
let timer = 0;
let composing = false;
let trouble = null;

/** Say what went wrong, or with nothing, that nothing did. */
function tell(error) {
  trouble = error;
  by("trouble").hidden = !error;
  if (!error) return;
  const code = error.code || "unknown";
  const words = one("errors", code);
  const known = words !== code;
  const waiting = error.again ? say("waiting", error.again) : "";
  fill(by("trouble"),
    make("p", {}, known ? words : say("otherError", error.status || "–", code), waiting),
    known || !error.detail ? null : make("p", { class: "hint", lang: "en" }, error.detail),
    error.again ? null : make("p", {}, make("button", { type: "button", class: "quiet", on: { click: again } }, say("again"))));
  by("key-form").hidden = error.code !== "unauthorized" && by("key-form").hidden;
  if (error.code === "unauthorized") by("key").focus();
}

/** Say what went wrong with a post; what was found in another one is no longer shown. */
function fail(error) {
  shown = null;
  announce("");
  tell(error);
  show();
}

function again() {
  if (controls.kinds().size) look();
  else begin();
}

const redaction = () => ({ policy: by("redaction").value, key: KEY });

async function judged(text, signal, waiting) {
  if (judges) {
    try {
      return await ask("/v1/judge", { text, ...controls.judging() }, signal, waiting);
    } catch (error) {
      if (error.code !== "no_verdicts") throw error;
      judges = false;
    }
  }
  return ask("/v1/detect", { text, ...controls.counted() }, signal, waiting);
}

function busy(is) {
  for (const id of ["verdict", "result"]) by(id).setAttribute("aria-busy", String(is));
}

/** Ask about what is written; whatever was asked before is dropped. Characters that are being composed are waited for. */
async function look() {
  clearTimeout(timer);
  if (composing) return undefined;
  if (asking) asking.abort();
  const text = by("post").value;
  const length = Array.from(text).length;
  if (!text.trim()) return empty();
  if (length > LONGEST) return fail(new Refusal("text_too_long"));
  const mine = new AbortController();
  asking = mine;
  const { signal } = mine;
  const waiting = (seconds) => tell(Object.assign(new Refusal("busy"), { again: seconds }));
  busy(true);
  try {
    const found = await judged(text, signal, waiting);
    const covered = await ask("/v1/redact", { text, ...controls.counted(), ...redaction() }, signal, waiting);
    if (asking !== mine) return undefined;
    shown = { text, found, covered };
    tell(null);
    show();
    announce(heard(found.verdict, found.entities, controls.kinds()));
  } catch (error) {
    if (asking === mine && !signal.aborted) fail(error);
  } finally {
    if (asking === mine) busy(false);
  }
  return undefined;
}

function empty() {
  asking = null;
  shown = null;
  announce("");
  busy(false);
  tell(null);
  show();
}

function counted() {
  const length = Array.from(by("post").value).length;
  by("count").textContent = say("characters", length, count(length));
  by("clear").hidden = !length;
}

/** Show the last answer in the page's language. */
function show() {
  counted();
  by("result").hidden = !shown;
  if (!shown) return showNone(trouble && by("post").value.trim() ? "verdictMissing" : "verdictEmpty");
  const { text, found, covered } = shown;
  const persons = found.verdict ? found.verdict.persons : [];
  const kinds = controls.kinds();
  if (found.verdict) showVerdict(found.verdict, found.entities, kinds);
  else showNone("verdictNever");
  showMarked(text, found.entities, persons, kinds);
  showFindings(found.entities, persons, kinds);
  showRedacted(covered.text, covered.spans, kinds);
  return undefined;
}

function soon() {
  counted();
  clearTimeout(timer);
  if (asking) asking.abort();
  if (!composing) timer = setTimeout(look, by("post").value.length > LONG ? LONG_PAUSE : PAUSE);
}

/** Put a post in the place of what is written, and ask about it. */
function open(text) {
  by("post").value = text;
  look();
  by("post").scrollIntoView({ block: "center" });
  by("post").focus({ preventScroll: true });
}

function showStill() {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  by("promise").textContent = local ? say("promiseLocal") : say("promiseRemote", location.host);
  const privacy = [local ? say("privacyLocal") : say("privacyRemote", location.host), ...say("privacy")];
  if (!local && location.protocol !== "https:") privacy.push(say("privacyOpen"));
  fill(by("privacy-list"), privacy.map((words) => make("li", {}, words)));
  fill(by("limits-list"), say("limits").map((words) => make("li", {}, words)));
  fill(by("help-list"), say("help").map(({ name, words, links = [] }) => make("div", {}, make("dt", {}, name), make("dd", {}, words,
    links.map(([address, label]) => [" ", make("a", { href: address, rel: "noopener noreferrer" }, label)]).flat()))));
  fill(by("examples"), examples.map(([name, text]) =>
    make("button", { type: "button", class: "quiet", on: { click: () => open(text) } }, one("exampleNames", name))));
}

function showAll() {
  announce("");
  showStill();
  controls.show();
  show();
  tell(trouble);
  many.show();
}

async function begin() {
  try {
    await controls.load();
    const { version } = await ask("/healthz");
    by("version").textContent = version;
    by("key-form").hidden = true;
    tell(null);
    look();
  } catch (error) {
    tell(error);
  }
}

async function copy() {
  try {
    await navigator.clipboard.writeText(shown.covered.text);
    announce(by("copy").textContent = say("copied"));
  } catch {
    getSelection().selectAllChildren(by("redacted"));
    announce(by("copy").textContent = say("copyYourself"));
  }
  setTimeout(() => { by("copy").textContent = say("copy"); }, 2000);
}

function listen() {
  const post = by("post");
  post.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); });
  post.addEventListener("compositionend", () => { composing = false; soon(); });
  post.addEventListener("input", soon);
  by("clear").addEventListener("click", () => open(""));
  by("copy").addEventListener("click", copy);
  by("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    useKey(by("key").value);
    begin();
  });
  controls.watch(() => { soon(); many.stale(); }, look);
  many.listen(open);
}

speak(showAll);
showAll();
listen();
begin();
