// The language of the page, and its words.

import chinese from "./chinese.js";
import english from "./english.js";

const LANGUAGES = { zh: chinese, en: english };
const TAGS = { zh: "zh-CN", en: "en" };
let language = "zh";

/** The language that the address names, or else the first of the browser's that the page knows. */
function wanted() {
  const named = new URLSearchParams(location.search).get("lang");
  const known = [named, ...navigator.languages].map((tag) => (tag || "").slice(0, 2).toLowerCase());
  return known.find((tag) => tag in LANGUAGES) || "en";
}

/** The words of a name; of those that are functions, with what they are about. */
export function say(name, ...about) {
  const words = LANGUAGES[language][name];
  return typeof words === "function" ? words(...about) : words;
}

/** One of the words of a group, such as the name of a level; a name that no one knows stands for itself. */
export function one(group, name) {
  const words = LANGUAGES[language][group];
  return Object.hasOwn(words, name) ? words[name] : String(name);
}

/** The words in the page's language of an object that has them in both. */
export const mine = (both) => both[language];

/** A count in figures of the page's language. */
export const count = (number) => new Intl.NumberFormat(TAGS[language]).format(number);

function show() {
  document.documentElement.lang = TAGS[language];
  document.title = say("title");
  for (const [attribute, put] of [
    ["data-word", (element, words) => element.replaceChildren(words)],
    ["data-placeholder", (element, words) => element.setAttribute("placeholder", words)],
    ["data-label", (element, words) => element.setAttribute("aria-label", words)],
  ]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) put(element, say(element.getAttribute(attribute)));
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

/** Speak the reader's language, and another one when asked; `changed` shows anew what scripts have written. */
export function speak(changed) {
  language = wanted();
  show();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      language = button.dataset.language;
      history.replaceState(null, "", `?lang=${language}${location.hash}`);
      show();
      changed();
    });
  }
}
