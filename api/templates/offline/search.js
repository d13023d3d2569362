// Shows the bodies that have all words of the search; without it the whole list is there.
const field = document.getElementById("q");
const count = document.getElementById("count");
const bodies = [...document.querySelectorAll("article[data-words]")];

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

const texts = new Map(bodies.map((body) => [body, plain(body.dataset.words)]));

function search() {
  const wanted = plain(field.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const body of bodies) {
    body.hidden = !wanted.every((word) => texts.get(body).includes(word));
    found += body.hidden ? 0 : 1;
  }
  count.textContent = wanted.length === 0 ? "" : found === 0 ? count.dataset.none : `${found} / ${bodies.length}`;
}

function show() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  target.hidden = false;
  const inner = target.matches("details") ? target : target.querySelector("details");
  if (inner) inner.open = true;
  target.scrollIntoView();
}

document.getElementById("search").hidden = false;
field.addEventListener("input", search);
window.addEventListener("hashchange", show);
show();
