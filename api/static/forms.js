// Sends forms without leaving the page. A browser that opens a page by POST writes what was sent into its own files, to be able to open
// the tab again; what a script sends it writes nowhere. What was shown before is held in memory alone, so that Back goes to it.
// Without this script, forms are sent as usual.
const shown = new Map(); // the number of a page in the history -> what it showed
let here = 0;
let sending = false;
let plainly = false;
const running = new Set([...document.scripts].map((script) => script.getAttribute("src"))); // those of every page

history.replaceState(here, "");

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (plainly || form.method !== "post" || form.target || button?.formTarget) return;
  event.preventDefault();
  if (!sending) send(form, button);
});

window.addEventListener("popstate", (event) => {
  if (event.state === null && shown.size === 0) return; // a link within a page
  const before = shown.get(event.state);
  shown.set(here, kept());
  if (!before) window.location.reload();
  else {
    here = event.state;
    put(before);
  }
});

document.addEventListener("leave", () => shown.clear());

// Once forms were sent, each entry in the history is a page, and a link within the page makes none; it opens what is folded and gives focus.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const target = link && shown.size > 0 && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
  (target.matches("a, [tabindex]") ? target : target.querySelector("input, select"))?.focus();
});

async function send(form, button) {
  const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
  const fields = new FormData(form, button);
  sending = true;
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields),
    });
    if (answer.headers.get("Content-Type")?.startsWith("text/html")) open(await answer.text(), answer.url);
    else if (answer.headers.get("Content-Disposition")?.startsWith("attachment")) save(await answer.blob(), answer);
    else throw new TypeError("neither a page nor a file");
  } catch {
    plainly = true; // the browser says itself what is wrong
    form.requestSubmit(button);
    plainly = false;
  } finally {
    sending = false;
  }
}

function open(text, address) {
  shown.set(here, kept());
  here += 1;
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const sheet of page.querySelectorAll("link[rel=stylesheet]")) {
    if (!document.head.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(document.adoptNode(sheet));
  }
  const scripts = [...page.head.querySelectorAll("script[src]")].filter((script) => !running.has(script.getAttribute("src")));
  put({ title: page.title, language: page.documentElement.lang, direction: page.documentElement.dir, body: document.adoptNode(page.body) });
  history.pushState(here, "", address);
  for (const script of scripts) run(script);
}

// Runs a script that the new page has beside those of every page, in the order of the page, and anew each time that the page is opened.
function run(script) {
  const again = document.createElement("script");
  again.type = script.type;
  again.async = false;
  again.src = `${script.getAttribute("src")}?page=${here}`;
  document.head.append(again);
}

function kept() {
  const root = document.documentElement;
  return { title: document.title, language: root.lang, direction: root.dir, body: document.body };
}

function put(page) {
  document.title = page.title;
  document.documentElement.lang = page.language;
  document.documentElement.dir = page.direction;
  document.body = page.body;
  window.scrollTo(0, 0);
  const first = document.querySelector(".errors") ?? document.querySelector("h1");
  if (first) {
    first.tabIndex = -1;
    first.focus();
  }
}

function save(file, answer) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "file";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
