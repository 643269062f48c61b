"use strict";
// The first event says which site there is; from then on, another one loads the page again.
let shown;
const banner = document.createElement("details");
const summary = document.createElement("summary");
const text = document.createElement("pre");
banner.setAttribute("role", "alert");
banner.append(summary, text);
Object.assign(banner.style, {
  color: "#fff", margin: "0 0 1em", maxHeight: "50vh", overflow: "auto", padding: "0.8em",
});
Object.assign(text.style, { background: "none", border: "0", color: "inherit", margin: "0.8em 0 0", overflow: "visible", padding: "0", whiteSpace: "pre" });
new EventSource("/_preview/events").addEventListener("message", (event) => {
  const now = JSON.parse(event.data);
  if (shown && shown !== now.site) location.reload();
  shown = now.site;
  summary.textContent = now.summary;
  text.textContent = now.text;
  banner.open = now.open;
  banner.style.background = now.open ? "#7a1010" : "#4a4a4a"; // a site that isn't of the last change is an alarm, old problems aren't
  if (now.summary) document.body.prepend(banner); else banner.remove();
});
