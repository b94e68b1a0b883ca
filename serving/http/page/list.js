// The table of many posts.

import * as controls from "./controls.js";
import { by, fill, keepingFocus, make } from "./elements.js";
import { typeName } from "./spans.js";
import { shape } from "./verdict.js";
import { count, one, say } from "./words.js";

const PAGE = 25;
const SHOWN = 90;
const ORDER = { block: 0, review: 1, pass: 2, found: 3, clean: 4, failed: 5, waits: 6 };
const view = { filter: "", gravest: true, page: 0 };
let opened = () => {};

/** Show a table from its beginning. */
export function reset() {
  Object.assign(view, { filter: "", page: 0 });
}

/** `open` shows a post of the table by itself. */
export function listen(open) {
  opened = open;
}

/** What became of a post. */
function outcome({ result }) {
  if (!result) return "waits";
  if (result.error) return "failed";
  if (result.verdict) return result.verdict.suggestion;
  return result.entities.length ? "found" : "clean";
}

function chosen(posts) {
  const found = posts.filter((post) => !view.filter || outcome(post) === view.filter);
  if (!view.gravest) return found;
  const grave = (post) => [ORDER[outcome(post)], post.result && post.result.verdict ? -post.result.verdict.score : 0];
  return found.map((post) => [grave(post), post]).sort(([first], [second]) => first[0] - second[0] || first[1] - second[1]).map(([, post]) => post);
}

function filters(posts) {
  const counts = new Map();
  for (const post of posts) counts.set(outcome(post), (counts.get(outcome(post)) || 0) + 1);
  const names = Object.keys(ORDER).filter((name) => counts.has(name));
  const choose = (choice) => {
    Object.assign(view, choice, { page: 0 });
    keepingFocus(() => show(posts));
  };
  const button = (filter, words, number) => make(
    "button",
    {
      type: "button",
      id: `filter-${filter || "all"}`,
      class: "quiet",
      "aria-pressed": String(view.filter === filter),
      on: { click: () => choose({ filter }) },
    },
    `${words} ${count(number)}`,
  );
  const change = (event) => choose({ gravest: event.target.checked });
  const box = make("input", { type: "checkbox", id: "gravest", checked: view.gravest, on: { change } });
  const order = make("label", { class: "row", for: "gravest" }, box, say("gravest"));
  return make("div", { class: "row filters", role: "group", "aria-label": say("filters") },
    button("", say("filterAll"), posts.length), names.map((name) => button(name, one("outcomes", name), counts.get(name))), order);
}

function found(result, kinds) {
  const counts = new Map();
  for (const { type } of result.entities) counts.set(type, (counts.get(type) || 0) + 1);
  return [...counts].map(([type, number]) => (number > 1 ? `${typeName(kinds, type)} ×${number}` : typeName(kinds, type))).join(say("comma"));
}

function verdict(became, result) {
  if (!result || !result.verdict) return result && result.error ? one("errors", result.error.code) : one("outcomes", became);
  const { level } = result.verdict;
  const words = say("inTable", one("outcomes", became), level);
  return make("span", { class: `outcome small level-${level}` }, shape(became, 18), make("span", {}, words));
}

function row(post, kinds) {
  const became = outcome(post);
  const { result } = post;
  const short = Array.from(post.text.slice(0, 4 * SHOWN)).slice(0, SHOWN).join("");
  const open = { type: "button", class: "link excerpt", lang: "zh-CN", translate: "no", on: { click: () => opened(post.text) } };
  const cells = [
    ["columnId", post.id],
    ["columnVerdict", verdict(became, result)],
    ["columnPost", make("button", open, short.length < post.text.length ? `${short}…` : short)],
    ["columnFound", result && !result.error ? found(result, kinds) || "–" : "–"],
  ];
  return make("tr", { role: "row" }, cells.map(([name, cell], column) =>
    make(column ? "td" : "th", { role: column ? "cell" : "rowheader", scope: column ? null : "row", "data-title": say(name === "columnPost" ? "postLabel" : name) }, cell)));
}

/** Show the posts of a table. */
export function show(posts) {
  const all = chosen(posts);
  const pages = Math.max(1, Math.ceil(all.length / PAGE));
  view.page = Math.min(view.page, pages - 1);
  const kinds = controls.kinds();
  const names = ["columnId", "columnVerdict", "columnPost", "columnFound"];
  const turn = (step) => () => {
    view.page += step;
    show(posts);
    by("pages").focus();
  };
  const turner = (step, name) => {
    const none = view.page + step < 0 || view.page + step >= pages;
    return make("button", { type: "button", class: "quiet", disabled: none, on: { click: turn(step) } }, say(name));
  };
  const columns = names.map((name) => make("th", { scope: "col", role: "columnheader" }, say(name)));
  const rows = all.slice(view.page * PAGE, (view.page + 1) * PAGE).map((post) => row(post, kinds));
  const group = { class: "row pages", id: "pages", tabindex: "-1", role: "group", "aria-label": say("pages") };
  const place = say("pageShown", count(view.page + 1), count(pages));
  fill(by("list"), filters(posts),
    make("table", { class: "cards posts", role: "table", "aria-label": say("fileHeading") },
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, columns)),
      make("tbody", { role: "rowgroup" }, rows)),
    pages > 1 ? make("div", group, turner(-1, "before"), make("span", {}, place), turner(1, "after")) : null);
}
