// The verdict: level, suggestion, reasons, persons, laws.

import { by, drawing, fill, make } from "./elements.js";
import { sign, typeName } from "./spans.js";
import { count, mine, one, say } from "./words.js";

const HIGHEST = 4;
const SHAPES = {
  pass: "M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm-3.6 8.2 2.5 2.6 4.8-5.3",
  review: "M10 1.5 18.5 10 10 18.5 1.5 10zM10 6v5m0 2.4v.6",
  block: "M6.5 2h7L18 6.5v7L13.5 18h-7L2 13.5v-7zM6 10h8",
};

/** The drawing of a suggestion; each has a shape of its own. */
export const shape = (suggestion, size) => drawing(SHAPES[suggestion], size);

/** A verdict in one line, for tables and for who hears the page. */
export const inShort = (verdict) => say("inShort", one("suggestions", verdict.suggestion), one("levels", verdict.level), verdict.level);

function scale(level) {
  const steps = Array.from({ length: HIGHEST + 1 }, (_, step) =>
    make("li", { class: step === level ? "now" : step < level ? "passed" : null }, make("b", {}, step), ` ${one("levels", step)}`));
  return make("ol", { class: "scale", "aria-hidden": "true" }, steps);
}

function person(judged, position, text, entities, kinds) {
  const places = new Set(judged.spans.map(([start, end]) => `${start}-${end}`));
  const said = entities.filter((entity) => places.has(`${entity.start}-${entity.end}`));
  const names = judged.names.map(([start, end]) => Array.from(text).slice(start, end).join(""));
  const data = [...new Set(said.filter((entity) => entity.type !== "NAME").map((entity) => typeName(kinds, entity.type)))];
  const facts = [
    judged.is_author && say("isAuthor"),
    judged.relation && say("relation", judged.relation),
    judged.public_role && say("publicRole"),
    data.length > 0 && say("toldOf", data.join(say("comma"))),
    judged.concerned && judged.fits !== null && say("fits", judged.fits, count(judged.fits)),
    !judged.concerned && say("notConcerned"),
  ].filter(Boolean);
  const called = judged.is_author && !names.length ? say("author") : names.join(say("comma")) || say("unnamed");
  return make("li", {},
    make("span", { class: "sign", "aria-hidden": "true" }, sign(position)),
    make("div", {}, make("b", names.length ? { lang: "zh-CN", translate: "no" } : {}, called), make("p", { class: "hint" }, facts.join(say("stop")))));
}

function law(provision) {
  const tiers = Object.entries(provision.tiers || {}).filter(([, { count: pieces }]) => pieces > 0);
  const told = tiers.map(([tier, { count: pieces, serious_from: least }]) => say("tier", one("tiers", tier), pieces, least));
  return make("li", {}, mine(provision), make("span", { class: "hint" }, " ", say("inForce", provision.in_force), told.length ? [" ", told.join(" ")] : []));
}

function more(heading, body, open = false) {
  return make("details", open ? { open: true } : {}, make("summary", {}, heading), body);
}

/** Show a verdict on a text. */
export function showVerdict(verdict, text, entities, kinds) {
  const { level, suggestion, label, sub_label: detail, intent, stance } = verdict;
  const exposed = verdict.persons.some((judged) => judged.concerned && !judged.is_author) && level >= 2;
  const reasons = verdict.reasons.map((reason) => make("li", {}, mine(reason)));
  const persons = verdict.persons.map((judged, position) => person(judged, position, text, entities, kinds));
  fill(by("verdict-body"),
    make("p", { class: `outcome level-${level}` }, shape(suggestion, 36),
      make("span", {}, make("strong", {}, one("suggestions", suggestion)), make("span", {}, say("levelShown", level, one("levels", level))))),
    scale(level),
    make("p", { class: "labels" }, [one("labels", label), label === "none" ? null : one("details", detail)].filter(Boolean).join(say("dot"))),
    make("dl", { class: "facts" },
      make("div", {}, make("dt", {}, say("intent")), make("dd", {}, one("intents", intent))),
      make("div", {}, make("dt", {}, say("stance")), make("dd", {}, one("stances", stance))),
      make("div", {}, make("dt", {}, say("expected")), make("dd", {}, `${verdict.score}/100`))),
    reasons.length ? [make("h3", {}, say("reasons")), make("ul", { class: "reasons" }, reasons)] : [],
    persons.length ? [make("h3", {}, say("persons")), make("ol", { class: "persons" }, persons)] : [],
    verdict.laws.length ? more(say("laws", verdict.laws.length), make("ul", { class: "laws" }, verdict.laws.map(law))) : null,
    exposed ? make("p", { class: "onward" }, make("a", { href: "#help" }, say("onward"))) : null,
    make("p", { class: "hint note" }, mine(verdict.note), " ", say("policyShown", one("policies", verdict.policy.name), verdict.policy.version)));
}

/** Say that there is no verdict, and why. */
export function showNone(name) {
  fill(by("verdict-body"), make("p", { class: "empty" }, say(name)), name === "verdictEmpty" ? scale(-1) : null);
}

/** The lines of a verdict without layout, for who hears the page. */
export function heard(verdict, entities, kinds) {
  const types = [...new Set(entities.map((entity) => typeName(kinds, entity.type)))];
  return [verdict ? inShort(verdict) : "", say("heardFound", entities.length, types.join(say("comma")))].filter(Boolean).join(" ");
}
