"use strict";
// Tables: a click on a heading sorts by it; rows that stand under headings of their own keep their order.
function numberIn(text) {
  const found = text.replace(/[−–]/g, "-").replace(/,(?=\d{3})/g, "").match(/[-+]?\d+(\.\d+)?/);
  return found ? parseFloat(found[0]) - (text.trim().startsWith("<") ? 1e-9 : 0) : NaN;
}
function sortBy(table, column, descending) {
  const body = table.tBodies[0];
  const cells = Array.from(body.rows, (row) => row.cells[column].textContent.trim());
  const numeric = cells.every((text) => text === "" || !Number.isNaN(numberIn(text)))
    && !table.tHead.rows[table.tHead.rows.length - 1].cells[column].classList.contains("left");
  const compare = (a, b) => numeric ? numberIn(a) - numberIn(b) : a.localeCompare(b, document.documentElement.lang, { numeric: true });
  const order = Array.from(body.rows).map((row, place) => ({ row, text: cells[place] }));
  order.sort((a, b) => {
    if (!a.text || !b.text) return (a.text ? 0 : 1) - (b.text ? 0 : 1);  // what is empty stays last
    return (descending ? -1 : 1) * compare(a.text, b.text);
  });
  order.forEach(({ row }) => body.append(row));
}
document.querySelectorAll("table:not(.grouped)").forEach((table) => {
  const heads = Array.from(table.tHead.rows[table.tHead.rows.length - 1].cells);
  if (table.tBodies[0].rows.length < 2) return;
  heads.forEach((head, column) => {
    // No button element: browsers leave those out of headings that are printed again on the next page.
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); button.click(); }
    });
    button.title = WORDS.sort;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sortBy(table, column, descending);
    });
  });
});
// Pictures: what is pointed at, or reached by the keyboard, says what it is.
const tip = document.getElementById("tip");
function show(text, x, y) {
  tip.textContent = text;
  tip.hidden = false;
  tip.style.left = Math.min(x + 14, window.innerWidth - tip.offsetWidth - 8) + "px";
  tip.style.top = Math.min(y + 14, window.innerHeight - tip.offsetHeight - 8) + "px";
}
document.querySelectorAll("figure svg g[id] > title").forEach((title) => {
  const part = title.parentNode, text = title.textContent;
  title.remove();
  part.setAttribute("data-tip", text);
  part.setAttribute("tabindex", "0");
  part.setAttribute("aria-label", text);
  part.addEventListener("mousemove", (event) => show(text, event.clientX, event.clientY));
  part.addEventListener("mouseleave", () => { tip.hidden = true; });
  part.addEventListener("focus", () => { const box = part.getBoundingClientRect(); show(text, box.right, box.bottom); });
  part.addEventListener("blur", () => { tip.hidden = true; });
});
