"use strict";
(() => {
  const form = document.getElementById("filters");
  const list = document.getElementById("errors");
  if (!form || !list) return;
  const shown = document.getElementById("shown");
  const items = Array.from(list.children);
  const none = document.getElementById("none");
  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    let count = 0;
    for (const item of items) {
      const data = item.dataset;
      const fits =
        (!wanted.set || data.set === wanted.set) &&
        (!wanted.system || data.system === wanted.system) &&
        (!wanted.outcome || data.outcome === wanted.outcome) &&
        (!wanted.type || data.types.split(" ").includes(wanted.type));
      item.hidden = !fits;
      count += fits;
    }
    shown.value = `${count} of ${items.length}`;
    none.hidden = count > 0;
  };
  const sort = () => {
    const first = form.elements.order.value;
    const second = first === "cost" ? "confidence" : "cost";
    const number = (item, key) => Number(item.dataset[key] || -1);
    items.sort((a, b) => number(b, first) - number(a, first) || number(b, second) - number(a, second));
    list.append(...items);
  };
  form.addEventListener("change", (event) => {
    if (event.target.name === "order") sort();
    apply();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { sort(); apply(); }));
  sort();
  apply();
})();
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});
