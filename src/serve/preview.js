"use strict";
// The first event says which site there is; from then on, another one loads the page again.
let shown;
const banner = document.createElement("details");
const summary = document.createElement("summary");
const text = document.createElement("pre");
banner.setAttribute("role", "alert");
banner.append(summary, text);
Object.assign(banner.style, {
  background: "#7a1010", color: "#fff", margin: "0", maxHeight: "50vh", overflow: "auto", padding: "0.8em",
});
Object.assign(text.style, { whiteSpace: "pre-wrap" });
new EventSource("/_preview/events").addEventListener("message", (event) => {
  const now = JSON.parse(event.data);
  if (shown && shown !== now.site) location.reload();
  shown = now.site;
  summary.textContent = now.summary;
  text.textContent = now.text;
  banner.open = now.open;
  if (now.summary) document.body.prepend(banner); else banner.remove();
});
