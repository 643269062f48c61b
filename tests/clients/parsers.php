<?php
// Reads a feed's document with SimplePie, set as FreshRSS sets it, and prints its items as JSON.
// Usage: parsers.php DOCUMENT; SimplePie is in $PATCHFEED_CLIENTS/simplepie. FreshRSS: Feed.php loadEntries(), and
// lib_rss.php customSimplePie().
error_reporting(E_ALL & ~E_DEPRECATED); // SimplePie 1.5 is older than PHP 8.2
ini_set('display_errors', 'stderr');
define('ABSPATH', getenv('PATCHFEED_CLIENTS')); // as its copy in WordPress wants them
define('WPINC', '/simplepie');
require ABSPATH . WPINC . '/class-simplepie.php';

/** What a browser shows of a title: FreshRSS strips the tags of SimplePie's HTML and puts the rest into its page. */
function shown(?string $html): ?string {
    return $html === null ? null : html_entity_decode(strip_tags($html), ENT_QUOTES | ENT_HTML5, 'UTF-8');
}

$feed = new SimplePie();
$feed->enable_cache(false);
$feed->enable_order_by_date(false);
$feed->strip_htmltags([
    'base', 'blink', 'body', 'doctype', 'embed', 'font', 'form', 'frame', 'frameset', 'html', 'link', 'input',
    'marquee', 'meta', 'noscript', 'object', 'param', 'plaintext', 'script', 'style', 'svg',
]);
$feed->set_raw_data(file_get_contents($argv[1]));
if (!$feed->init()) {
    fwrite(STDERR, $feed->error() . "\n");
    exit(1);
}

$items = [];
foreach ($feed->get_items() as $item) {
    $authors = $item->get_authors() ?? [];
    $authors = array_map(fn ($author) => shown($author->get_name() ?? $author->get_email()), $authors);
    $items[] = [
        'title' => shown($item->get_title()),
        'link' => html_entity_decode($item->get_permalink() ?? '', ENT_QUOTES | ENT_HTML5, 'UTF-8'),
        'date' => $item->get_date('c'),
        'author' => implode(';', $authors) ?: null,
        'text' => $item->get_content(),
        'categories' => array_map(fn ($category) => shown($category->get_label()), $item->get_categories() ?? []),
        'id' => $item->get_id(),
    ];
}
echo json_encode($items, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), "\n";
