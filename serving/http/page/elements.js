// Making elements. Texts become text nodes alone, so that no post is ever read as markup.

/** An element with attributes and children; `null` children and attributes are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Put children in the place of all that an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
}

/** The element with an id. */
export const by = (id) => document.getElementById(id);

/** Do what makes elements anew; the focus goes to the one with the id of that which had it. */
export function keepingFocus(act) {
  const { id } = document.activeElement || {};
  act();
  if (id && by(id) && document.activeElement !== by(id)) by(id).focus({ preventScroll: true });
}

let timer = 0;

/** Tell who hears the page, once it is quiet for a moment. */
export function announce(words) {
  clearTimeout(timer);
  timer = setTimeout(() => { if (by("said").textContent !== words) by("said").textContent = words; }, words ? 700 : 0);
}

/** A drawing of one path, of no meaning to who hears the page. */
export function drawing(path, size = 20) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [name, value] of [["viewBox", "0 0 20 20"], ["width", size], ["height", size], ["aria-hidden", "true"]]) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
