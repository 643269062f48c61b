"use strict";
const said = document.getElementById("_said"), switched = document.getElementById("_words"), root = document.documentElement;
let quiet;

function say(words) {
  said.textContent = words;
  clearTimeout(quiet);
  quiet = setTimeout(() => { said.textContent = ""; }, 8000);
}

// Over plain HTTP, a page may not write to the clipboard, but what is selected can be copied.
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    const before = document.activeElement;
    field.select();
    document.execCommand("copy");
    before.focus();
  }
}

// Without this, the button shows the address.
for (const panel of document.querySelectorAll("details.copy")) {
  panel.querySelector("summary").addEventListener("click", async (event) => {
    event.preventDefault();
    const isOpen = panel.open;
    panel.open = true;
    await copy(panel.querySelector("input"));
    say(said.dataset[root.dataset.words]);
    panel.open = !isOpen || panel.hasAttribute("data-stays");
  });
}

// The pages' own words are there in both languages; what the newsletter says stays as it is.
function turn() {
  root.dataset.words = root.dataset.words === "zh" ? "en" : "zh";
  for (const words of document.querySelectorAll("[data-other]")) {
    [words.textContent, words.dataset.other] = [words.dataset.other, words.textContent];
    words.lang = root.dataset.words;
  }
}

function remembered(words) {
  try {
    if (words) localStorage.setItem("words", words);
    return localStorage.getItem("words");
  } catch {
    return null; // where nothing may be remembered
  }
}

if (remembered() && remembered() !== root.dataset.words) turn();
switched.hidden = false;
switched.addEventListener("click", () => {
  turn();
  remembered(root.dataset.words);
});

// What is wider than the page is moved by keys, too.
for (const wide of document.querySelectorAll("pre")) wide.tabIndex = 0;

if (document.getElementById("search")) {
const form = document.getElementById("search"), found = document.getElementById("found");
const SHOWN = 200;
const said = found.dataset; // what the page says, in its language
const chains = {}; // the items of each feed that was read, by its name
let items = [];

// The items of the chosen section's feed, or of all: the feed, then its archives, as they are read. A section's feed also holds what
// another section listed first.
async function load(slug) {
  items = chains[slug] ?? [];
  show();
  if (chains[slug]) return;
  const chain = chains[slug] = items;
  let path = `${slug}.json`, base = null;
  while (path) {
    const feed = await (await fetch(path)).json();
    base ??= feed.feed_url.slice(0, -path.length);
    chain.push(...feed.items);
    show();
    path = feed.next_url?.startsWith(base) ? feed.next_url.slice(base.length) : null;
  }
}

function start() {
  const slug = new FormData(form).get("section") || "all";
  load(slug).catch((err) => {
    delete chains[slug];
    document.getElementById("count").textContent = `${said.unreachable} (${err.message})`;
  });
}

// One regular expression that finds a title with all the words, in any order; the page and the feed use the same.
function pattern(text) {
  const all = text.split(/\s+/).filter(Boolean).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const words = all.length > 4 ? [all.join(".*")] : all; // of more than four words the order counts
  const orders = (rest) => rest.length < 2 ? [rest] : rest.flatMap((word, at) =>
    orders([...rest.slice(0, at), ...rest.slice(at + 1)]).map((others) => [word, ...others]));
  return words.length ? "(" + orders(words).map((order) => order.join(".*")).join("|") + ")" : "";
}

function conditions() {
  const data = new FormData(form);
  return { section: data.get("section"), kind: data.get("kind") ?? "", version: data.get("version") ?? "", title: pattern(data.get("words")) };
}

function holds(wanted, item) {
  const of = item._patchfeed, title = wanted.title && new RegExp(wanted.title, "iu");
  const number = Number(wanted.version.replace(">=", ""));
  return (!wanted.section || of.sections.includes(wanted.section))
    && (!wanted.kind || of.kind === wanted.kind)
    && (!wanted.version || (of.version !== undefined && (wanted.version.startsWith(">=") ? of.version >= number : of.version === number)))
    && (!title || title.test(item.title));
}

function block(wanted, words) {
  const match = [];
  if (wanted.section) match.push(`section = [${JSON.stringify(wanted.section)}]`);
  if (wanted.title) match.push(`title = ${JSON.stringify("(?i)" + wanted.title)}`);
  if (wanted.kind) match.push(`kind = [${JSON.stringify(wanted.kind)}]`);
  if (wanted.version) match.push(`version = ${JSON.stringify(wanted.version)}`);
  const parts = ["my", wanted.section, ...words.toLowerCase().match(/[a-z0-9]+/g) ?? [], wanted.kind].filter(Boolean);
  const hash = [...match.join()].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) >>> 0, 7).toString(36); // two searches, two names
  const slug = `${parts.join("-").slice(0, 40).replace(/-+$/, "")}-${hash}`;
  return `[[feed]]\nslug = ${JSON.stringify(slug)}\ntitle = ${JSON.stringify(words || said.search)}\nmatch = { ${match.join(", ")} }\n`;
}

function show() {
  const wanted = conditions(), all = items.filter((item) => holds(wanted, item));
  document.getElementById("count").textContent = `${all.length} ${said.entries}`;
  document.getElementById("count").dataset.ids = all.map((item) => item.id).join(" ");
  document.getElementById("block").textContent = block(wanted, new FormData(form).get("words").trim());
  found.replaceChildren(...all.slice(0, SHOWN).map((item) => {
    const entry = document.createElement("article"), title = document.createElement("h3"), link = document.createElement("a"), about = document.createElement("p");
    entry.className = "entry";
    about.className = "soft";
    link.href = item.url;
    link.textContent = item.title;
    about.textContent = [item.date_published.slice(0, 10), ...item.tags].join(" · ");
    title.append(link);
    entry.append(title, about);
    return entry;
  }));
}

form.addEventListener("input", show);
form.addEventListener("change", start);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("copy").addEventListener("click", () => {
  const block = document.getElementById("block");
  if (navigator.clipboard) navigator.clipboard.writeText(block.textContent);
  getSelection().selectAllChildren(block); // where a page may not write to the clipboard, the keys can
});
start();
}
