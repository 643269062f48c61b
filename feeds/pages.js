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
    return true;
  } catch {
    const before = document.activeElement;
    field.select();
    const isCopied = document.execCommand("copy");
    before.focus();
    return isCopied;
  }
}

// Without this, the button shows the address.
for (const panel of document.querySelectorAll("details.copy")) {
  panel.querySelector("summary").addEventListener("click", async (event) => {
    event.preventDefault();
    const isOpen = panel.open;
    panel.open = true;
    if (await copy(panel.querySelector("input"))) say(said.dataset[root.dataset.words]);
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
const form = document.getElementById("search"), counted = document.getElementById("count"), found = document.getElementById("found");
const more = document.getElementById("more"), follow = document.getElementById("follow"), lines = document.getElementById("lines");
const followed = document.getElementById("_followed");
const filters = Object.fromEntries([...form.querySelectorAll("select")].map((field) => [field.name, field]));
const choices = Object.fromEntries(Object.entries(filters).map(([name, field]) =>
  [name, new Map([...field.options].map((option) => [option.value, option]))]));
const PARAMETERS = ["section", "title", "kind", "version", "organisation", "list"]; // as the address that a feed names as its own has them
const ROWS = 200, PAUSE = 120; // how many rows are shown at a time; how long typing rests before it counts, in milliseconds
const WORDS = {
  zh: {
    all: "全部", entries: (count) => `${count} 条`, growing: "更早的各期还在读取", begun: "正在读取检索数据",
    mail: "邮件", link: "原文", of: (name) => `${name}的新条目`, narrow: (name) => `只看 ${name}`,
    titled: (title) => `标题含“${title}”`, more: (count) => `再显示 ${count} 条`, copied: "已复制。",
    nothing: "没有找到。可以减少几个词或条件。",
    unread: (why) => `读不到检索数据（${why}）。请稍后重新打开本页；各期的页面里也有全部条目。`,
    local: "从磁盘打开的网页读不到检索数据。请从网站上打开本页。",
  },
  en: {
    all: "All", entries: (count) => count === 1 ? "1 entry" : `${count} entries`, growing: "older issues are still being read",
    begun: "the search data is being read", mail: "Mail", link: "Link", of: (name) => `New entries: ${name}`, narrow: (name) => `Only ${name}`,
    titled: (title) => `“${title}” in the title`, more: (count) => `Show ${count} more`, copied: "Copied.",
    nothing: "Nothing was found. Try fewer words or filters.",
    unread: (why) => `The search data can't be read (${why}). Open this page again later; the issues' pages hold every entry, too.`,
    local: "A page that was opened from a disk can't read the search data. Open it on the web site.",
  },
};
const VERSIONS = {
  "1": (version) => version === 1, ">=2": (version) => version >= 2, ">=3": (version) => version >= 3,
  ">=5": (version) => version >= 5, ">=10": (version) => version >= 10,
};
const UNSPACED = /([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+)/u; // Chinese and Japanese, written without spaces
const LANGUAGE = root.lang.startsWith("zh") ? "zh" : "en"; // of the words that pages begin with; titles in it, or in a third one, are not marked
const rows = []; // every entry that has been read, the newest issue's first
const common = new Set(); // words that indices leave out
let reading = true, failure = "", shown = ROWS, matching = [], typing, isSettled;

function words() {
  return WORDS[root.dataset.words];
}

// The indices, the newest first: what they hold is shown as they come.
async function read() {
  const paths = found.dataset.indices.split(" ");
  let left = paths.length;
  try {
    for (const path of paths) {
      const answer = await fetch(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      take(await answer.json());
      reading = --left > 0;
      show();
    }
  } catch (err) {
    [reading, failure] = [false, err.message];
    tell();
  }
  found.setAttribute("aria-busy", "false");
}

// Takes an index apart into rows. Each has the values that filters look at.
function take(index) {
  const dictionary = unfolded(index.words), places = index.places.split(" "), known = new Map();
  const having = (piece) => {
    if (!known.has(piece)) known.set(piece, placesOf(piece, dictionary, places));
    return known.get(piece);
  };
  let place = 0;
  for (const issue of index.issues) {
    for (const end = place + issue.entries; place < end; place++) {
      const title = index.titles[place], list = index.lists[index.list[place] - 1];
      rows.push({
        title, issue, place, having, list, lower: title.toLowerCase(), address: index.addresses[place], anchor: index.anchors[place],
        values: {
          section: index.section[place].map((at) => index.sections[at]),
          kind: [index.kinds[index.kind[place] - 1] ?? []].flat(),
          list: [list ?? []].flat(),
          organisation: [index.organisations[index.organisation[place] - 1] ?? []].flat(),
          year: [issue.day.slice(0, 4)].filter(Boolean),
          version: Object.keys(VERSIONS).filter((name) => VERSIONS[name](index.version[place])),
        },
      });
    }
  }
  for (const word of index.common.split(" ")) common.add(word);
}

// Words, each written as a digit, which says how many characters it shares with the one before, and the rest.
function unfolded(text) {
  let before = [];
  return text.split(" ").map((word) => {
    before = [...before.slice(0, Number(word[0])), ...[...word].slice(1)];
    return before.join("");
  });
}

// The places of the rows that have a word with these letters in it.
function placesOf(piece, dictionary, places) {
  const having = new Set();
  dictionary.forEach((word, at) => {
    if (!word.includes(piece)) return;
    let place = -1, number = 0;
    for (const digit of places[at]) {
      const code = digit.charCodeAt(0);
      if (code >= 93) {
        number = number * 34 + code - 93;
      } else {
        place += number * 57 + code - 34;
        number = 0;
        having.add(place);
      }
    }
  });
  return having;
}

// What must all be found, of what was typed. Chinese words stand without spaces.
function terms(text) {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  return typed.flatMap((term) => {
    if (term.includes("@") || !UNSPACED.test(term) || !Intl.Segmenter) return [term];
    const parts = [...new Intl.Segmenter("zh", { granularity: "word" }).segment(term)].filter((part) => part.isWordLike);
    return parts.length ? parts.map((part) => part.segment) : [term];
  }).map((term) => ({ term, id: idIn(term), pieces: pieces(term) }));
}

// The pieces of a term as indices have them: words, and every two neighbours of what stands without spaces. A term with a single letter has
// none: that would be found nearly everywhere.
function pieces(term) {
  const runs = (term.match(/[\p{Alphabetic}\p{N}]+/gu) ?? []).flatMap((run) => run.split(UNSPACED)).filter(Boolean);
  if (runs.some((run) => run.length === 1 && !UNSPACED.test(run))) return [];
  return runs.flatMap((run) => {
    const letters = [...run];
    return UNSPACED.test(run) && letters.length > 1 ? letters.slice(1).map((letter, at) => letters[at] + letter) : [run];
  });
}

// The Message-ID of a term that holds one: as it is, between angle brackets, or in an archive's address.
function idIn(term) {
  const part = term.split("/").find((part) => part.includes("@"));
  if (!part) return "";
  try {
    return decodeURIComponent(part).replace(/[<>]/g, "");
  } catch {
    return part;
  }
}

function meets(row, { term, id, pieces }) {
  if (row.lower.includes(term)) return true;
  if (id) return row.address.toLowerCase().includes(id);
  return pieces.length > 0
    && pieces.every((piece) => row.lower.includes(piece) || common.has(piece) || row.having(piece).has(row.place));
}

// What meets the state, and for each filter how many rows each other value would leave.
function find(state) {
  const all = terms(state.q ?? ""), names = Object.keys(filters), counts = {};
  for (const name of names) counts[name] = new Map();
  const met = rows.filter((row) => {
    const unmet = names.filter((name) => state[name] && !row.values[name].includes(state[name]));
    if (unmet.length > 1 || !all.every((term) => meets(row, term))) return false;
    for (const name of unmet.length ? unmet : names) {
      for (const value of row.values[name]) counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
    }
    return !unmet.length;
  });
  return [met, counts];
}

// What is typed and chosen: the page's address says the same.
function state() {
  const all = [["q", form.elements.q.value.trim()], ...Object.entries(filters).map(([name, field]) => [name, field.value])];
  return Object.fromEntries(all.filter(([, value]) => value));
}

function addressOf(state) {
  return `?${new URLSearchParams(state)}`;
}

function readAddress() {
  const asked = new URLSearchParams(location.search);
  form.elements.q.value = asked.get("q") ?? "";
  for (const [name, field] of Object.entries(filters)) {
    const value = asked.get(name) ?? "";
    field.add(choice(name, value));
    field.value = value;
  }
}

// The choice of a value: the page has some, with their names.
function choice(filter, value) {
  if (!choices[filter].has(value)) choices[filter].set(value, new Option(value, value));
  return choices[filter].get(value);
}

function nameOf(filter, value) {
  return choice(filter, value).dataset[root.dataset.words] ?? value;
}

// The choices of a filter: those that would leave something, each with how many. Some keep their order; the others stand by their counts.
function offerChoices(field, counts, chosen) {
  for (const value of counts.keys()) choice(field.name, value);
  const [all, ...options] = choices[field.name].values(), count = (option) => counts.get(option.value) ?? 0;
  const offered = options.filter((option) => count(option) || option.value === chosen);
  if (field.name === "year") offered.sort((a, b) => b.value - a.value);
  else if (!field.hasAttribute("data-ordered")) offered.sort((a, b) => count(b) - count(a));
  all.textContent = words().all;
  for (const option of offered) option.textContent = `${nameOf(field.name, option.value)} (${count(option)})`;
  field.replaceChildren(all, ...offered);
  field.value = chosen ?? "";
}

function show() {
  const asked = state();
  let counts;
  [matching, counts] = find(asked);
  for (const [name, field] of Object.entries(filters)) offerChoices(field, counts[name], asked[name]);
  for (const part of [counted, followed, more]) part.lang = root.dataset.words;
  tell();
  offerFeed(asked);
  found.replaceChildren(...matching.slice(0, shown).map((row) => article(row, asked)));
  offerMore();
}

function offerMore() {
  more.hidden = matching.length <= shown;
  more.textContent = words().more(Math.min(ROWS, matching.length - shown));
}

// Says how many rows there are, and what is wrong.
function tell() {
  const parts = rows.length || !(reading || failure) ? [words().entries(matching.length)] : [];
  if (reading) parts.push(rows.length ? words().growing : words().begun);
  if (failure) parts.push(location.protocol === "file:" ? words().local : words().unread(failure));
  if (!reading && !failure && !matching.length) parts.push(words().nothing);
  counted.textContent = parts.join(" · ");
}

// A row: its title leads to the entry on its issue's page; what narrows the search further is a link, too.
function article(row, asked) {
  const entry = document.createElement("article"), title = document.createElement("h2"), about = document.createElement("p");
  const isMail = !/^https?:/.test(row.address), mail = `https://lore.kernel.org/${row.list ?? "all"}/${row.address}/`;
  const anchor = row.anchor ?? `_${sha1(row.address).slice(0, 10)}`;
  const link = title.appendChild(linkTo(`issue/${row.issue.slug}.html#${anchor}`, row.title));
  const language = UNSPACED.test(row.title) ? "zh" : "en";
  if (language !== LANGUAGE) link.lang = language;
  about.className = "soft about";
  about.lang = root.dataset.words;
  about.append(linkTo(`issue/${row.issue.slug}.html`, [row.issue[root.dataset.words], row.issue.day].filter(Boolean).join(' · ')));
  for (const name of ["section", "list", "organisation"]) {
    for (const value of row.values[name]) {
      if (value === asked[name]) continue;
      const narrow = about.appendChild(linkTo(addressOf({ ...asked, [name]: value }), nameOf(name, value)));
      narrow.dataset.filter = name;
      narrow.title = words().narrow(narrow.textContent);
    }
  }
  if (row.address) about.append(linkTo(isMail ? mail : row.address, isMail ? words().mail : words().link));
  entry.append(title, about);
  return entry;
}

function linkTo(address, text) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  return link;
}

// What follows the search: the feed that there is, the feed that the server makes, or the lines that let the publisher make one. A feed
// brings what is new, so the year is none of its conditions; and it looks for words in titles alone.
function offerFeed({ q, year, ...conditions }) {
  const served = document.querySelector("meta[name=patchfeed-feeds]")?.content, title = pattern(q ?? "");
  const names = Object.entries(conditions).map(([name, value]) => nameOf(name, value));
  if (title) names.push(words().titled(q));
  const isMade = !title && Object.keys(conditions).every((name) => name === "section");
  const values = title ? { ...conditions, title: `(?i)${title}` } : conditions;
  const asked = new URLSearchParams(PARAMETERS.filter((name) => values[name]).map((name) => [name, values[name]]));
  const made = isMade && choice("section", conditions.section ?? "").dataset.feed;
  const address = made || (served ? new URL(`${served}.atom?${asked}`, document.baseURI).href : "");
  follow.hidden = !address;
  lines.hidden = Boolean(address);
  followed.textContent = words().of(names.join(" · ") || words().all);
  follow.querySelector("input").value = address;
  lines.querySelector("textarea").value = block(conditions, title, q ?? "");
}

// One regular expression that finds a title with all the words, in any order.
function pattern(text) {
  const all = text.split(/\s+/).filter(Boolean).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const whole = all.length > 4 ? [all.join(".*")] : all; // of more than four words the order counts
  const orders = (rest) => rest.length < 2 ? [rest] : rest.flatMap((word, at) =>
    orders([...rest.slice(0, at), ...rest.slice(at + 1)]).map((others) => [word, ...others]));
  return whole.length ? orders(whole).map((order) => order.join(".*")).join("|") : "";
}

// The lines of `patchfeed.toml` that make the feed. JSON writes strings as TOML does.
function block(conditions, title, q) {
  const match = Object.entries(conditions).map(([name, value]) => `${name} = ${JSON.stringify(name === "version" ? value : [value])}`);
  if (title) match.push(`title = ${JSON.stringify(`(?i)(${title})`)}`);
  const parts = ["my", conditions.section, ...q.toLowerCase().match(/[a-z0-9]+/g) ?? [], conditions.kind].filter(Boolean);
  const hash = sha1(match.join()).slice(0, 6); // two searches, two names
  const slug = `${parts.join("-").slice(0, 40).replace(/-+$/, "")}-${hash}`;
  const name = q || Object.values(conditions).join(" · ");
  return `[[feed]]\nslug = ${JSON.stringify(slug)}\ntitle = ${JSON.stringify(name)}\nmatch = { ${match.join(", ")} }\n`;
}

// The SHA-1 of a text after the name space of mails' ids (RFC 9562 §5.5), of which an entry's name on its page is made. Browsers give
// theirs to pages over HTTPS alone.
function sha1(text) {
  const name = new TextEncoder().encode(`mid:${text}`), length = 16 + name.length;
  const bytes = new Uint8Array(((length + 8 >> 6) + 1) * 64), view = new DataView(bytes.buffer);
  [0x6ba7b811, 0x9dad11d1, 0x80b400c0, 0x4fd430c8].forEach((part, at) => view.setUint32(4 * at, part));
  bytes.set(name, 16);
  bytes[length] = 0x80;
  view.setUint32(bytes.length - 4, 8 * length);
  let sum = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let start = 0; start < bytes.length; start += 64) {
    const mixed = mix(view, start, sum);
    sum = sum.map((part, at) => part + mixed[at] | 0);
  }
  return sum.map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
}

// SHA-1's 80 steps on 64 bytes (RFC 3174 §6.1).
function mix(view, start, [a, b, c, d, e]) {
  const schedule = [], turned = (number, by) => number << by | number >>> 32 - by;
  for (let step = 0; step < 80; step++) {
    schedule.push(step < 16 ? view.getUint32(start + 4 * step)
      : turned(schedule[step - 3] ^ schedule[step - 8] ^ schedule[step - 14] ^ schedule[step - 16], 1));
    const [mixed, constant] = step < 20 ? [b & c | ~b & d, 0x5a827999] : step < 40 ? [b ^ c ^ d, 0x6ed9eba1]
      : step < 60 ? [b & c | b & d | c & d, 0x8f1bbcdc] : [b ^ c ^ d, 0xca62c1d6];
    [a, b, c, d, e] = [turned(a, 5) + mixed + e + constant + schedule[step] | 0, a, turned(b, 30), c, d];
  }
  return [a, b, c, d, e];
}

// Each choice is a step of the browser's history. What is typed letter by letter is one, too: it ends with the key for it.
function searchAnew(isTyped) {
  clearTimeout(typing);
  shown = ROWS;
  const address = addressOf(state());
  if (address !== addressOf(Object.fromEntries(new URLSearchParams(location.search)))) {
    if (isTyped && !isSettled) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    isSettled = !isTyped;
  }
  show();
}

form.elements.q.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => searchAnew(true), PAUSE);
});
form.addEventListener("change", (event) => {
  if (event.target.name !== "q") searchAnew(false);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  searchAnew(true);
  isSettled = true;
});
found.addEventListener("click", (event) => {
  const narrow = event.target.closest("a[data-filter]");
  if (!narrow || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", narrow.search);
  restore();
  counted.focus(); // what was clicked is gone
});
more.addEventListener("click", () => {
  const asked = state(), next = matching.slice(shown, shown + ROWS).map((row) => article(row, asked));
  shown += ROWS;
  found.append(...next);
  offerMore();
  next[0].querySelector("a").focus();
});
lines.querySelector("button").addEventListener("click", async () => {
  await copy(lines.querySelector("textarea"));
  say(words().copied);
});
switched.addEventListener("click", show);
addEventListener("popstate", restore);

function restore() {
  readAddress();
  isSettled = location.search !== "";
  shown = ROWS;
  show();
}

form.querySelector("fieldset").disabled = false;
found.setAttribute("aria-busy", "true");
restore();
if (!location.search && matchMedia("(hover: hover)").matches) form.elements.q.focus();
read();
}
