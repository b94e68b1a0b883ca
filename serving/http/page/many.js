// Many posts: a file is worked through in batches, and its posts stand in a table.

import * as controls from "./controls.js";
import { by, fill, make } from "./elements.js";
import { Unreadable, batches, fields, posts, read } from "./posts.js";
import { ask } from "./service.js";
import { typeName } from "./spans.js";
import { inShort, shape } from "./verdict.js";
import { count, one, say } from "./words.js";

const LARGEST = 64 << 20;
const PAGE = 50;
const SHOWN = 90;
const ORDER = { block: 0, review: 1, pass: 2, found: 3, clean: 4, failed: 5, waits: 6 };
const empty = () => ({ name: "", rows: [], encoding: "", field: "", names: [], posts: [], done: 0, stop: null, failure: null, stale: false, filter: "", gravest: true, page: 0 });
let work = empty();
let opened = () => {};

/** What became of a post. */
function outcome({ result }) {
  if (!result) return "waits";
  if (result.error) return "failed";
  if (result.verdict) return result.verdict.suggestion;
  return result.entities.length ? "found" : "clean";
}

async function start() {
  if (work.stop) work.stop.abort();
  const mine = new AbortController();
  work.posts = posts(work.rows, work.field);
  Object.assign(work, { done: 0, stop: mine, failure: null, stale: false, page: 0 });
  show();
  const { signal } = mine;
  const here = work;
  let path = "/v1/judge";
  try {
    for (const batch of batches(work.posts)) {
      const body = () => ({ texts: batch.map(({ text }) => text), ...(path === "/v1/judge" ? controls.judging() : controls.counted()) });
      let { results } = await ask(path, body(), signal);
      if (results[0].error && results[0].error.code === "no_verdicts") {
        path = "/v1/detect";
        ({ results } = await ask(path, body(), signal));
      }
      if (signal.aborted) return;
      batch.forEach((post, index) => { post.result = results[index]; });
      here.done += batch.length;
      progress();
    }
  } catch (error) {
    if (!signal.aborted) here.failure = error;
  }
  if (work === here && here.stop === mine) {
    here.stop = null;
    show();
    by("said").textContent = here.failure ? "" : say("fileDone", count(here.done));
  }
}

async function take(file) {
  if (work.stop) work.stop.abort();
  work = Object.assign(empty(), { name: file.name });
  try {
    if (file.size > LARGEST) throw new Unreadable("fileLarge", LARGEST >> 20);
    Object.assign(work, read(file.name, new Uint8Array(await file.arrayBuffer())));
    const { names, likeliest } = fields(work.rows);
    Object.assign(work, { names, field: likeliest });
    await start();
  } catch (error) {
    work.failure = error;
    show();
  }
}

function stop() {
  work.stop.abort();
  work.stop = null;
  show();
}

function failure(error) {
  if (error instanceof Unreadable) return say(error.name, ...error.about);
  return one("errors", error.code || "unknown");
}

function head() {
  const chooser = work.names.length > 1 && make("p", {}, make("label", { for: "field" }, say("fileField")), " ",
    make("select", { id: "field", on: { change: (event) => { work.field = event.target.value; start(); } } },
      work.names.map((name) => make("option", { value: name, selected: name === work.field }, name))));
  const told = work.encoding && work.encoding !== "utf-8" ? say("fileEncoded", work.encoding.toUpperCase()) : "";
  return [
    make("h3", { translate: "no" }, work.name),
    make("p", { class: "hint" }, say("fileCounted", work.posts.length, count(work.posts.length)), told),
    chooser || null,
    make("div", { class: "row" },
      make("progress", { id: "progress", max: work.posts.length || 1, value: work.done, "aria-label": say("progress") }),
      make("span", { id: "progressed", class: "hint" }, progressed()),
      work.stop ? make("button", { type: "button", class: "quiet", on: { click: stop } }, say("stopWork")) : null,
      !work.stop && (work.stale || work.done < work.posts.length) ? make("button", { type: "button", on: { click: start } }, say("workAgain")) : null,
      work.done ? make("button", { type: "button", class: "quiet", on: { click: save } }, say("save")) : null,
      make("button", { type: "button", class: "quiet", on: { click: forget } }, say("forget"))),
    work.stale && !work.stop ? make("p", { class: "hint" }, say("fileStale")) : null,
  ];
}

const progressed = () => say("progressed", count(work.done), count(work.posts.length));

function progress() {
  by("progress").value = work.done;
  by("progressed").textContent = progressed();
  list();
}

/** Forget the file and all that was found in it. */
function forget() {
  if (work.stop) work.stop.abort();
  work = empty();
  by("file").value = "";
  show();
  by("file").focus();
}

/** Hand what was found to the reader as JSON lines. */
function save() {
  const lines = work.posts.filter(({ result }) => result).map(({ id, result }) => `${JSON.stringify({ id, ...result })}\n`);
  const address = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  make("a", { href: address, download: `${work.name.replace(/\.[^.]*$/, "")}.gaihe.jsonl` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function chosen() {
  const found = work.posts.filter((post) => !work.filter || outcome(post) === work.filter);
  if (!work.gravest) return found;
  const grave = (post) => [ORDER[outcome(post)], post.result && post.result.verdict ? -post.result.verdict.score : 0];
  return found.map((post) => [grave(post), post]).sort(([first], [second]) => first[0] - second[0] || first[1] - second[1]).map(([, post]) => post);
}

function filters() {
  const counts = new Map();
  for (const post of work.posts) counts.set(outcome(post), (counts.get(outcome(post)) || 0) + 1);
  const names = Object.keys(ORDER).filter((name) => counts.has(name));
  const choose = (filter) => () => { Object.assign(work, { filter, page: 0 }); list(); by(`filter-${filter || "all"}`).focus(); };
  const button = (filter, words, number) => make("button", { type: "button", id: `filter-${filter || "all"}`, class: "quiet", "aria-pressed": String(work.filter === filter), on: { click: choose(filter) } }, `${words} ${count(number)}`);
  const order = make("label", { class: "row" },
    make("input", { type: "checkbox", checked: work.gravest, on: { change: (event) => { Object.assign(work, { gravest: event.target.checked, page: 0 }); list(); } } }), say("gravest"));
  return make("div", { class: "row filters", role: "group", "aria-label": say("filters") },
    button("", say("filterAll"), work.posts.length), names.map((name) => button(name, one("outcomes", name), counts.get(name))), order);
}

function found(result, kinds) {
  const counts = new Map();
  for (const { type } of result.entities) counts.set(type, (counts.get(type) || 0) + 1);
  return [...counts].map(([type, number]) => (number > 1 ? `${typeName(kinds, type)} ×${number}` : typeName(kinds, type))).join(say("comma"));
}

function row(post, kinds) {
  const became = outcome(post);
  const { result } = post;
  const words = result && result.error ? one("errors", result.error.code) : result && result.verdict ? inShort(result.verdict) : one("outcomes", became);
  const level = result && result.verdict ? result.verdict.level : null;
  const short = Array.from(post.text.slice(0, 4 * SHOWN)).slice(0, SHOWN).join("");
  const button = make("button", { type: "button", class: "link excerpt", lang: "zh-CN", translate: "no", on: { click: () => opened(post.text) } }, short.length < post.text.length ? `${short}…` : short);
  const cells = [
    ["columnId", post.id],
    ["columnVerdict", make("span", { class: level === null ? "outcome small" : `outcome small level-${level}` }, ["pass", "review", "block"].includes(became) ? shape(became, 18) : null, make("span", {}, words))],
    ["columnPost", button],
    ["columnFound", result && !result.error ? found(result, kinds) || "–" : "–"],
  ];
  return make("tr", { role: "row" }, cells.map(([name, cell], column) =>
    make(column ? "td" : "th", { role: column ? "cell" : "rowheader", scope: column ? null : "row", "data-title": say(name) }, cell)));
}

/** Show the table anew. */
function list() {
  const all = chosen();
  const pages = Math.max(1, Math.ceil(all.length / PAGE));
  work.page = Math.min(work.page, pages - 1);
  const kinds = controls.kinds();
  const names = ["columnId", "columnVerdict", "columnPost", "columnFound"];
  const turn = (step, name) => make("button", { type: "button", class: "quiet", disabled: work.page + step < 0 || work.page + step >= pages, on: { click: () => { work.page += step; list(); by("pages").focus(); } } }, say(name));
  fill(by("list"), filters(),
    make("table", { class: "cards posts", role: "table", "aria-label": say("fileHeading") },
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, names.map((name) => make("th", { scope: "col", role: "columnheader" }, say(name))))),
      make("tbody", { role: "rowgroup" }, all.slice(work.page * PAGE, (work.page + 1) * PAGE).map((post) => row(post, kinds)))),
    pages > 1 ? make("div", { class: "row pages", id: "pages", tabindex: "-1", role: "group", "aria-label": say("pages") }, turn(-1, "before"), make("span", {}, say("pageShown", count(work.page + 1), count(pages))), turn(1, "after")) : null);
}

/** Show file and table in the page's language. */
export function show() {
  if (!work.name) return fill(by("posts"));
  const failed = work.failure ? make("p", { class: "trouble", role: "alert" }, failure(work.failure)) : null;
  if (!work.posts.length) return fill(by("posts"), make("h3", { translate: "no" }, work.name), failed || make("p", { class: "trouble", role: "alert" }, say("fileEmpty")));
  fill(by("posts"), head(), failed, make("div", { id: "list" }));
  return list();
}

/** What was chosen has changed: the table no longer shows what would be found. */
export function stale() {
  if (!work.posts.length || work.stale) return;
  work.stale = true;
  show();
}

/** Take files that are chosen or dropped; `open` shows a post of the table. */
export function listen(open) {
  opened = open;
  by("file").addEventListener("change", () => { if (by("file").files[0]) take(by("file").files[0]); });
  const over = (is) => by("drop").classList.toggle("over", is);
  const holdsFile = (event) => [...event.dataTransfer.types].includes("Files");
  addEventListener("dragover", (event) => { if (holdsFile(event)) { event.preventDefault(); over(true); } });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
  addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    over(false);
    take(event.dataTransfer.files[0]);
  });
}
