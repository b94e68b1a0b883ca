// The post with its spans marked, and the table of what was found.

import { by, fill, make } from "./elements.js";
import { count, mine, one, say } from "./words.js";

const LONGEST_TABLE = 300;
const FAMILIES = {
  identity: ["NAME", "ID_CARD", "PASSPORT", "BIRTH_DATE", "MEMBER_ID"],
  contact: ["PHONE", "EMAIL", "QQ", "WECHAT", "ACCOUNT", "DEVICE_ID"],
  place: ["ADDRESS", "SCHOOL", "WORKPLACE", "PLATE"],
  money: ["BANK_CARD"],
};

const family = (type) => Object.keys(FAMILIES).find((name) => FAMILIES[name].includes(type)) || "other";

/** The name of a type in the page's language. */
export function typeName(kinds, type) {
  const words = one("types", type);
  return words === type && kinds.has(type) ? mine(kinds.get(type)) : words;
}

/** The short sign of a person: 甲, 乙, … or A, B, … */
export function sign(position) {
  const signs = say("signs");
  return position < signs.length ? signs[position] : String(position + 1);
}

/** The positions of the persons of whom a span is said. */
function personsOf(entity, persons) {
  const said = ({ spans }) => spans.some(([start, end]) => start === entity.start && end === entity.end);
  return persons.flatMap((person, position) => (said(person) ? [position] : []));
}

/** The pieces of a text, whose offsets count code points: those with a span, and those between. */
export function pieces(text, spans) {
  const points = Array.from(text);
  const found = [];
  let place = 0;
  const ordered = spans.map((span, index) => ({ span, index })).sort((first, second) => first.span.start - second.span.start);
  for (const { span, index } of ordered) {
    if (span.start < place) continue;
    if (span.start > place) found.push({ text: points.slice(place, span.start).join("") });
    found.push({ text: points.slice(span.start, span.end).join(""), span, index });
    place = span.end;
  }
  if (place < points.length) found.push({ text: points.slice(place).join("") });
  return found;
}

/** Show a post with the spans that were found in it. */
export function showMarked(text, entities, persons, kinds) {
  fill(by("marked"), pieces(text, entities).map(({ text: words, span, index }) => {
    if (!span) return words;
    const signs = persons.length > 1 ? personsOf(span, persons).map(sign).join("") : "";
    const label = make("small", {}, signs ? say("markLabel", typeName(kinds, span.type), signs) : typeName(kinds, span.type));
    return make("mark", { class: family(span.type), id: `span-${index}`, tabindex: "-1" }, words, label);
  }));
  const families = [...new Set(entities.map((entity) => family(entity.type)))];
  fill(by("legend"), families.map((name) => make("li", {}, make("span", { class: `key ${name}` }), one("families", name))));
}

/** Show a redacted text; what was put in takes the looks of what was taken out. */
export function showRedacted(text, spans, kinds) {
  fill(by("redacted"), pieces(text, spans).map(({ text: words, span }) =>
    (span ? make("mark", { class: family(span.type), title: typeName(kinds, span.type) }, words) : words)));
}

function check(valid) {
  if (valid === null) return make("span", { class: "hint" }, say("checkNone"));
  return make("span", { class: valid ? "good" : "bad" }, valid ? `✓ ${say("checkGood")}` : `✗ ${say("checkBad")}`);
}

function inText(entity, index) {
  const go = () => {
    const mark = by(`span-${index}`);
    mark.scrollIntoView({ block: "center", behavior: "auto" });
    mark.focus({ preventScroll: true });
  };
  return make("button", { type: "button", class: "link", "aria-label": say("goTo", entity.text), on: { click: go } }, entity.text);
}

function score(value) {
  const shown = (Math.floor(value * 100) / 100).toFixed(2);
  return [make("meter", { min: 0, max: 1, value: shown, "aria-hidden": "true" }), ` ${shown}`];
}

/** The table of what was found; who it is said of, where there are several. */
export function showFindings(entities, persons, kinds) {
  if (!entities.length) {
    fill(by("findings"), make("p", { class: "hint" }, say("nothingFound")));
    return;
  }
  const several = persons.length > 0;
  const names = ["columnType", "columnText", "columnValue", "columnScore", "columnCheck", "columnDisguise"];
  if (several) names.push("columnPerson");
  const rows = entities.slice(0, LONGEST_TABLE).map((entity, index) => {
    const disguises = entity.evasion.map((name) => one("disguises", name)).join(say("comma"));
    const cells = [
      [typeName(kinds, entity.type)],
      [inText(entity, index)],
      [entity.value === null || entity.value === entity.text ? make("span", { class: "hint" }, say("asWritten")) : entity.value],
      score(entity.score),
      [check(entity.valid)],
      [disguises || make("span", { class: "hint" }, say("noDisguise"))],
    ];
    if (several) cells.push([personsOf(entity, persons).map(sign).join(say("comma")) || "–"]);
    return make("tr", { role: "row" }, cells.map((cell, column) => make(
      column ? "td" : "th",
      {
        role: column ? "cell" : "rowheader",
        scope: column ? null : "row",
        class: cell[0] instanceof Element && cell[0].className === "hint" ? "nothing" : null,
        "data-title": say(names[column]),
      },
      make("span", column === 1 || column === 2 ? { lang: "zh-CN", translate: "no" } : {}, cell),
    )));
  });
  fill(by("findings"), make("table", { class: "cards", role: "table", "aria-label": say("findingsHeading") },
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, names.map((name) => make("th", { scope: "col", role: "columnheader" }, say(name))))),
    make("tbody", { role: "rowgroup" }, rows)));
  if (entities.length > LONGEST_TABLE) {
    by("findings").append(make("p", { class: "hint" }, say("moreFound", count(entities.length - LONGEST_TABLE))));
  }
}
