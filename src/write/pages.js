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

