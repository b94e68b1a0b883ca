// What a reader may choose: policy, operating point or threshold, redaction.

import { by, fill, make } from "./elements.js";
import { ask } from "./service.js";
import { one, say } from "./words.js";

const OWN = "own threshold";
const DEFAULTS = { policy: "moderation", point: "balanced", redaction: "label" };
const ERASING = "erase";
let facts = { types: [], operating_points: {} };
let policies = { policies: [], redaction_policies: [] };

/** Names and severities of types, by type. */
export const kinds = () => new Map(facts.types.map((kind) => [kind.type, kind]));

/** Load what can be chosen. Throws a `Refusal`. */
export async function load() {
  [facts, policies] = await Promise.all([ask("/v1/types"), ask("/v1/policies")]);
  show();
}

function options(select, named, preferred) {
  const chosen = select.value || preferred;
  if (!named.length) return;
  fill(select, named.map(([value, words]) => make("option", { value, selected: value === chosen }, words)));
}

/** Show the choices in the page's language. */
export function show() {
  options(by("policy"), policies.policies.map(({ name }) => [name, one("policies", name)]), DEFAULTS.policy);
  const points = Object.entries(facts.operating_points).sort((first, second) => second[1] - first[1]);
  const named = points.map(([name, threshold]) => [name, say("pointShown", one("points", name), threshold.toFixed(2))]);
  options(by("point"), named.length ? [...named, [OWN, say("ownThreshold")]] : [], DEFAULTS.point);
  const redactions = policies.redaction_policies.filter((name) => name !== ERASING);
  options(by("redaction"), redactions.map((name) => [name, one("redactions", name)]), DEFAULTS.redaction);
  if (redactions.length) by("redaction-hint").textContent = one("redactionHints", by("redaction").value);
  showThreshold();
}

function showThreshold() {
  const own = by("point").value === OWN;
  by("threshold-row").hidden = !own;
  if (!own) by("threshold").value = facts.operating_points[by("point").value] ?? 0.5;
  by("threshold-shown").textContent = Number(by("threshold").value).toFixed(2);
}

/** The fields of a request that say which spans count. */
export function counted() {
  const point = by("point").value;
  return point === OWN ? { threshold: Number(by("threshold").value) } : { operating_point: point };
}

/** The fields of a request for a verdict, its texts left out. */
export const judging = () => ({ ...counted(), policy: by("policy").value });

/** Hear of every choice; `redaction` of those of the redaction alone. */
export function watch(changed, redaction) {
  for (const id of ["policy", "point", "threshold"]) {
    by(id).addEventListener(id === "threshold" ? "input" : "change", () => { showThreshold(); changed(); });
  }
  by("redaction").addEventListener("change", () => { show(); redaction(); });
}
