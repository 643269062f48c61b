// Reads a feed's document with one of the npm parsers and prints its items as JSON.
// Usage: parsers.mjs PARSER DOCUMENT; the packages are in $PATCHFEED_CLIENTS/node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.PATCHFEED_CLIENTS, "parsers.mjs"));

/** Joins the names of several authors; null without one. */
const names = (people) => people?.map((person) => person.name ?? person).join(", ") || null;

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

const [name, path] = process.argv.slice(2);
console.log(JSON.stringify(await parsers[name](readFileSync(path, "utf8"))));
