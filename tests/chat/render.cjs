// Renders messages as the services' own or others' programs do. Reads lines of JSON, [kind, text], and writes HTML, a JSON
// string a line; null for a kind that no program here renders.
const kinds = {};
try {
  const mattermost = require("@mattermost/commonmark"); // what Mattermost's apps render with
  const parser = new mattermost.Parser();
  const renderer = new mattermost.HtmlRenderer();
  kinds.mattermost = (text) => renderer.render(parser.parse(text));
} catch {}
try {
  const discord = require("@odiffey/discord-markdown");
  kinds.discord = (text) => discord.toHTML(text, { escapeHTML: true });
} catch {}
for (const line of require("node:fs").readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [kind, text] = JSON.parse(line);
  console.log(JSON.stringify(kinds[kind] ? kinds[kind](text) : null));
}
