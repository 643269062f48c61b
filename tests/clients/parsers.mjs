// Reads a feed's document with one of the npm parsers and prints its items as JSON.
// Usage: parsers.mjs PARSER DOCUMENT, a file or, for one that fetches by itself, a URL; the packages are in $PATCHFEED_CLIENTS/node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.PATCHFEED_CLIENTS, "parsers.mjs"));

/** Joins the names of several authors; null without one. */
const names = (people) => people?.map((person) => person.name ?? person).join(", ") || null;

/** What feed-reader and its later name give; the fields that they leave out come by the hook that they have for it. */
const extracted = async (name, call, url) => {
  // What "require" finds is a bundle with an old fast-xml-parser in it.
  const { [call]: read } = await import(join(process.env.PATCHFEED_CLIENTS, "node_modules", name, "src/main.js"));
  const getExtraEntryFields = (entry) => ({
    id: entry.guid?.["#text"] ?? entry.id,
    author: entry.author?.name ?? entry["dc:creator"] ?? names(entry.authors),
    text: entry.content?.["#text"] ?? entry["content:encoded"] ?? entry.content_html,
  });
  const feed = await read(url, { getExtraEntryFields });
  return feed.entries.map(({ title, link, published, author, text, id }) => ({ title, link, date: published, author, text, id }));
};

const parsers = {
  /** rss-parser: n8n and several GitHub actions read with it. */
  async "rss-parser"(xml) {
    const Parser = require("rss-parser");
    const feed = await new Parser().parseString(xml);
    return feed.items.map((item) => ({
      title: item.title,
      link: item.link,
      date: item.isoDate,
      author: item.creator ?? item.author,
      text: item["content:encoded"] ?? item.content,
      categories: item.categories,
      id: item.guid ?? item.id,
    }));
  },

  /** feedparser, by danmactough. */
  async feedparser(xml) {
    const FeedParser = require("feedparser");
    const stream = new FeedParser();
    stream.end(xml);
    const items = [];
    for await (const item of stream) {
      items.push({
        title: item.title,
        link: item.link,
        date: item.pubdate,
        author: item.author,
        text: item.description,
        categories: item.categories,
        id: item.guid,
      });
    }
    return items;
  },

  /** @rowanmanning/feed-parser: Node-RED reads with it. */
  async "@rowanmanning/feed-parser"(xml) {
    const { parseFeed } = require("@rowanmanning/feed-parser");
    return parseFeed(xml).items.map((item) => ({
      title: item.title,
      link: item.url,
      date: item.published,
      author: names(item.authors),
      text: item.content,
      categories: item.categories.map((category) => category.label),
      id: item.id,
    }));
  },

  /** feedsmith: gives each format's own fields. */
  async feedsmith(document) {
    const { parseFeed } = require("feedsmith");
    const { format, feed } = parseFeed(document);
    const shown = {
      rss: (item) => ({
        title: item.title,
        link: item.link,
        date: item.pubDate,
        author: names(item.dc?.creators),
        text: item.content?.encoded,
        categories: item.categories?.map((category) => category.name),
        id: item.guid?.value,
      }),
      atom: (entry) => ({
        title: entry.title?.value,
        link: entry.links?.find((link) => link.rel === "alternate")?.href,
        date: entry.published,
        author: names(entry.authors),
        text: entry.content?.value,
        categories: entry.categories?.map((category) => category.label),
        id: entry.id,
      }),
      json: (item) => ({
        title: item.title,
        link: item.url,
        date: item.date_published,
        author: names(item.authors),
        text: item.content_html,
        categories: item.tags,
        id: item.id,
      }),
    };
    return (feed.items ?? feed.entries ?? []).map(shown[format]);
  },
};

/** Those that fetch by themselves, on fast-xml-parser 4. */
const readers = {
  "feed-reader": (url) => extracted("feed-reader", "read", url),
  "@extractus/feed-extractor": (url) => extracted("@extractus/feed-extractor", "extract", url),

  async "rss-to-json"(url) {
    const { parse } = require("rss-to-json");
    const feed = await parse(url);
    return feed.items.map((item) => {
      const several = Array.isArray(item.link);
      return {
        title: item.title,
        link: several ? item.link[0].href : item.link,
        date: new Date(item.published),
        author: item.author,
        text: item.content,
        categories: [item.category].flat().map((category) => category.label ?? category),
        id: item.id,
        faults: several ? { links: "a list of all links" } : {},
      };
    });
  },
};

const [name, place] = process.argv.slice(2);
try {
  const items = name in readers ? readers[name](place) : parsers[name](readFileSync(place, "utf8"));
  console.log(JSON.stringify(await items));
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
