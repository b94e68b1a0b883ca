// Many posts: a file is worked through in batches.

import * as controls from "./controls.js";
import { announce, by, fill, keepingFocus, make } from "./elements.js";
import * as list from "./list.js";
import { Unreadable, batches, fields, posts, read } from "./posts.js";
import { ask } from "./service.js";
import { count, one, say } from "./words.js";

const LARGEST = 64 << 20;
const PAUSE = 500;
const empty = () => ({ name: "", rows: [], header: [], encoding: "", field: "", names: [], posts: [], done: 0, stop: null, failure: null, stale: false });
let work = empty();
let drawn = 0;

/** The results of a batch; a post that no question can hold has an error in its place. */
async function resultsOf(path, options, batch, signal) {
  try {
    return (await ask(path, { texts: batch.map(({ text }) => text), ...options }, signal)).results;
  } catch (error) {
    if (error.code !== "body_too_large" || batch.length > 1) throw error;
    return [{ error: { code: error.code } }];
  }
}

async function start() {
  if (work.stop) work.stop.abort();
  const mine = new AbortController();
  work.posts = posts(work.rows, work.field);
  Object.assign(work, { done: 0, stop: mine, failure: null, stale: false });
  list.reset();
  show();
  const { signal } = mine;
  const here = work;
  let path = "/v1/judge";
  try {
    for (const batch of batches(work.posts)) {
      let results = await resultsOf(path, path === "/v1/judge" ? controls.judging() : controls.counted(), batch, signal);
      if (results[0].error && results[0].error.code === "no_verdicts") {
        path = "/v1/detect";
        results = await resultsOf(path, controls.counted(), batch, signal);
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
    keepingFocus(show);
    if (!here.failure) announce(say("fileDone", count(here.done)));
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
  const named = work.header.length ? say("fileHeader", work.header) : "";
  const told = work.encoding && work.encoding !== "utf-8" ? say("fileEncoded", work.encoding.toUpperCase()) : "";
  return [
    make("h3", { translate: "no" }, work.name),
    make("p", { class: "hint" }, say("fileCounted", work.posts.length, count(work.posts.length)), named, told),
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
  if (Date.now() - drawn < PAUSE || by("list").contains(document.activeElement)) return;
  list.show(work.posts);
  drawn = Date.now();
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
  const lines = work.posts.filter(({ result }) => result).map(({ id, row, result }) => `${JSON.stringify({ id, row, ...result })}\n`);
  const address = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  make("a", { href: address, download: `${work.name.replace(/\.[^.]*$/, "")}.gaihe.jsonl` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Show file and table in the page's language. */
export function show() {
  if (!work.name) return fill(by("posts"));
  const failed = work.failure ? make("p", { class: "trouble", role: "alert" }, failure(work.failure)) : null;
  if (!work.posts.length) return fill(by("posts"), make("h3", { translate: "no" }, work.name), failed || make("p", { class: "trouble", role: "alert" }, say("fileEmpty")));
  fill(by("posts"), head(), failed, make("div", { id: "list" }));
  return list.show(work.posts);
}

/** What was chosen has changed: the table no longer shows what would be found. */
export function stale() {
  if (!work.posts.length || work.stale) return;
  work.stale = true;
  keepingFocus(show);
}

/** Take files that are chosen or dropped; `open` shows a post of the table. */
export function listen(open) {
  list.listen(open);
  by("file").addEventListener("change", () => {
    const [file] = by("file").files;
    by("file").value = "";
    if (file) take(file);
  });
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
