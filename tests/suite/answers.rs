//! What a request for a file of a served site gets, without sockets.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Request, Response};
use patchfeed::facts::newsletter::web_folder;
use patchfeed::publish::SiteFile;
use patchfeed::serve::{ServedSite, SiteFacts, answer};

/// When the files of these tests changed: Sun, 07 May 2023 11:28:47 GMT.
const CHANGED: u64 = 1_683_458_927;
const DATE: &str = "Sun, 07 May 2023 11:28:47 GMT";

fn facts() -> SiteFacts {
    SiteFacts {
        base_url: web_folder("https://feeds.example.org/news/").expect("it is an address"),
        hubs: web_folder("https://hub.example.org/").into_iter().collect(),
        gone: vec!["kvm".to_owned()],
        is_preview: false,
    }
}

/// A feed that is worth compressing.
fn feed() -> String {
    "<entry><title>v3: Add TDM audio on StarFive JH7110</title></entry>\n".repeat(200)
}

fn file(path: &str, text: &str) -> SiteFile {
    let modified: SystemTime = UNIX_EPOCH + Duration::from_secs(CHANGED);
    SiteFile { path: path.to_owned(), bytes: text.as_bytes().to_vec(), modified }
}

fn files() -> Vec<SiteFile> {
    let page = "<!doctype html><head><title>x</title></head><p>y";
    let feed = feed();
    let all =
        ["all.atom", "all.rss", "all.json", "riscv-digest.atom", "archive/all/45.atom", "search.json", "feeds.opml"];
    let pages = ["index.html", "issue/index.html", "riscv.html", "所有.html"];
    let others = ["pages.css", "pages.js", "favicon.svg", "robots.txt", "_headers"];
    let all = all.iter().map(|path| file(path, &feed)).chain(pages.iter().map(|path| file(path, page)));
    all.chain(others.iter().map(|path| file(path, "x"))).collect()
}

fn site() -> ServedSite {
    ServedSite::new(files(), facts(), None, None)
}

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(path).header("Host", "feeds.example.org");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("the request is one").into_parts().0
}

fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    answer(&site(), &request(method, &format!("/news/{path}"), headers))
}

fn get(path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    ask("GET", path, headers)
}

fn status(path: &str, headers: &[(&str, &str)]) -> u16 {
    get(path, headers).status().as_u16()
}

fn header<'r>(response: &'r Response<Bytes>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("headers are text"))
}

fn etag(headers: &[(&str, &str)]) -> String {
    header(&get("all.atom", headers), "etag").to_owned()
}

#[test]
fn every_kind_of_file_has_its_media_type() {
    let kinds = [
        ("", "text/html"),
        ("issue/", "text/html"),
        ("riscv.html", "text/html"),
        ("%E6%89%80%E6%9C%89.html", "text/html"),
        ("all.atom", "application/atom+xml"),
        ("all.atom?whatever=1", "application/atom+xml"),
        ("all.rss", "application/rss+xml"),
        ("all.json", "application/feed+json"),
        ("archive/all/45.atom", "application/atom+xml"),
        ("search.json", "application/json"),
        ("feeds.opml", "text/x-opml"),
        ("pages.css", "text/css"),
        ("pages.js", "text/javascript"),
        ("favicon.svg", "image/svg+xml"),
        ("robots.txt", "text/plain"),
    ];
    for (path, kind) in kinds {
        let response = get(path, &[]);
        assert_eq!(header(&response, "content-type"), format!("{kind}; charset=utf-8"), "{path}");
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(header(&response, "last-modified"), DATE);
        assert_eq!(header(&response, "cache-control"), "public, max-age=900");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "accept-ranges"), "bytes");
        assert_eq!(header(&response, "vary"), "Accept-Encoding");
        assert_eq!(response.headers().contains_key("content-security-policy"), kind == "text/html");
    }
}

#[test]
fn only_files_of_the_site_are_found() {
    let paths = [
        "none.atom",
        "../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "archive%2Fall%2F45.atom",
        "archive/../all.atom",
        "./all.atom",
        "/all.atom",
        "all.atom/",
        "all.atom%00",
        "all.atom%ff",
        "all.atom%",
        ".patchfeed/manifest",
        "_headers",
        "ISSUE/",
        "issue",
    ];
    for path in paths {
        assert_eq!(status(path, &[]), 404, "{path}");
    }
    for path in ["/", "/all.atom", "/news", "/newsall.atom"] {
        let response = answer(&site(), &request("GET", path, &[]));
        assert_eq!(response.status(), 404, "{path} isn't below the site's address");
        assert!(String::from_utf8_lossy(response.body()).contains("The site is at <a href=\"/news/\">"), "{path}");
    }
}

#[test]
fn a_feed_that_was_given_up_is_gone_in_every_format() {
    for path in ["kvm.atom", "kvm.rss", "kvm.json", "kvm.html", "kvm-digest.atom", "archive/kvm/45.json"] {
        let response = get(path, &[]);
        assert_eq!(response.status(), 410, "{path}");
        assert!(String::from_utf8_lossy(response.body()).contains("The feed kvm has been given up"));
    }
    assert_eq!(status("kvmx.atom", &[]), 404);
}

#[test]
fn head_says_what_get_would_and_sends_nothing() {
    for path in ["all.atom", "none", "kvm.atom"] {
        for headers in [&[][..], &[("Accept-Encoding", "br")], &[("Range", "bytes=0-9")]] {
            let (head, got) = (ask("HEAD", path, headers), get(path, headers));
            assert!(head.body().is_empty());
            if got.status() != 206 {
                assert_eq!((head.status(), head.headers()), (got.status(), got.headers()), "{path}");
            }
        }
    }
    assert_eq!(ask("HEAD", "all.atom", &[("Range", "bytes=0-9")]).status(), 200, "a part is for GET alone");
    assert_eq!(ask("HEAD", "all.atom", &[("If-Modified-Since", DATE)]).status(), 304);
}

#[test]
fn other_methods_are_refused_and_told_which_there_are() {
    for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "TRACE"] {
        let response = ask(method, "all.atom", &[]);
        assert_eq!(response.status(), 405);
        assert_eq!(header(&response, "allow"), "GET, HEAD, OPTIONS");
    }
    let options = ask("OPTIONS", "all.atom", &[]);
    assert_eq!((options.status().as_u16(), header(&options, "allow")), (204, "GET, HEAD, OPTIONS"));
}

#[test]
fn scripts_of_other_sites_may_read_feeds_and_nothing_else() {
    for (path, may) in [("all.atom", "*"), ("all.json", "*"), ("feeds.opml", "*"), ("", ""), ("search.json", "")] {
        assert_eq!(
            header(&get(path, &[("Origin", "https://x.example")]), "access-control-allow-origin"),
            may,
            "{path}"
        );
        let asked = [("Origin", "https://x.example"), ("Access-Control-Request-Method", "GET")];
        let preflight = ask("OPTIONS", path, &asked);
        assert_eq!(preflight.status(), 204);
        assert_eq!(header(&preflight, "access-control-allow-origin"), may);
        assert_eq!(header(&preflight, "access-control-allow-headers").contains("If-None-Match"), may == "*");
    }
    let unchanged = get("all.atom", &[("If-Modified-Since", DATE)]);
    assert_eq!(header(&unchanged, "access-control-allow-origin"), "*", "a script sees that nothing has changed, too");
}

#[test]
fn a_feed_names_itself_its_page_and_the_hub() {
    let base = "https://feeds.example.org/news/";
    let (page, hub) = (r#"rel="alternate"; type="text/html""#, r#"<https://hub.example.org/>; rel="hub""#);
    for (path, slug) in [("all.atom", "all"), ("riscv-digest.atom", "riscv")] {
        let links = format!("<{base}{path}>; rel=\"self\", <{base}{slug}.html>; {page}, {hub}");
        assert_eq!(header(&get(path, &[]), "link"), links);
    }
    let links = format!("<{base}archive/all/45.atom>; rel=\"self\", <{base}all.html>; {page}");
    assert_eq!(header(&get("archive/all/45.atom", &[]), "link"), links, "an archive never changes");
    assert_eq!(header(&get("index.html", &[]), "link"), "");
}

#[test]
fn the_smallest_coding_that_a_client_likes_best_is_sent() {
    let rows = [
        (None, ""),
        (Some(""), ""),
        (Some("identity"), ""),
        (Some("gzip"), "gzip"),
        (Some("x-gzip"), "gzip"),
        (Some("GZIP"), "gzip"),
        (Some("br"), "br"),
        (Some("zstd"), "zstd"),
        (Some("deflate"), ""),
        (Some("gzip;q=1.0, br;q=0.5"), "gzip"),
        (Some("gzip;q=0.5, zstd;q=0.7, br;q=0.2"), "zstd"),
        (Some("gzip ; q=0.1 , identity;q=0.9"), ""),
        (Some("gzip;q=0"), ""),
        (Some("gzip;q=nonsense"), ""),
        (Some("*;q=0, gzip"), "gzip"),
        (Some("*;q=0.5, br;q=0, zstd;q=0, identity;q=0"), "gzip"),
        (Some("identity;q=0, gzip;q=0.001"), "gzip"),
    ];
    for (accepted, coding) in rows {
        let headers: Vec<(&str, &str)> = accepted.map(|accepted| ("Accept-Encoding", accepted)).into_iter().collect();
        let response = get("all.atom", &headers);
        assert_eq!((response.status().as_u16(), header(&response, "content-encoding")), (200, coding), "{accepted:?}");
        assert_eq!(header(&response, "content-length"), response.body().len().to_string());
        assert_eq!(response.body().len() < feed().len(), !coding.is_empty());
    }
    let many = get("all.atom", &[("Accept-Encoding", "gzip;q=0.5"), ("Accept-Encoding", "br")]);
    assert_eq!(header(&many, "content-encoding"), "br", "a header may come in several lines");
    for none in ["identity;q=0", "*;q=0", "deflate, *;q=0"] {
        assert_eq!(status("all.atom", &[("Accept-Encoding", none)]), 406, "{none}");
    }
    assert_eq!(
        header(&get("robots.txt", &[("Accept-Encoding", "gzip")]), "content-encoding"),
        "",
        "it wouldn't shrink"
    );
}

#[test]
fn what_is_compressed_is_the_file() {
    use std::io::Read as _;
    let body = |coding| get("all.atom", &[("Accept-Encoding", coding)]).into_body();
    let mut gzip = String::new();
    flate2::read::GzDecoder::new(&*body("gzip")).read_to_string(&mut gzip).expect("it is gzip");
    let mut brotli = Vec::new();
    brotli::BrotliDecompress(&mut &*body("br"), &mut brotli).expect("it is brotli");
    let zstd = zstd::decode_all(&*body("zstd")).expect("it is zstd");
    assert_eq!((gzip.as_bytes(), &*brotli, &*zstd), (feed().as_bytes(), feed().as_bytes(), feed().as_bytes()));
}

#[test]
fn every_coding_has_a_strong_etag_of_its_own() {
    let mut tags: Vec<String> =
        ["identity", "gzip", "br", "zstd"].iter().map(|coding| etag(&[("Accept-Encoding", coding)])).collect();
    assert!(tags.iter().all(|tag| tag.starts_with('"') && tag.ends_with('"')), "{tags:?}");
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4);
}

#[test]
fn a_client_that_has_the_file_gets_304_for_either_validator() {
    let tag = etag(&[]);
    let weak = format!("W/{tag}");
    let several = format!("\"a, b\", {tag}");
    for name in [&*tag, &weak, &several, "*", &format!("{tag},{tag}")] {
        let response = get("all.atom", &[("If-None-Match", name)]);
        assert_eq!(response.status(), 304, "{name}");
        assert!(response.body().is_empty());
        for kept in ["etag", "cache-control", "vary"] {
            assert_eq!(header(&response, kept), header(&get("all.atom", &[]), kept), "{kept}");
        }
        assert!(!response.headers().contains_key("content-type") && !response.headers().contains_key("content-length"));
    }
    for date in [DATE, "Sunday, 07-May-23 11:28:47 GMT", "Sun May  7 11:28:47 2023", "Mon, 08 May 2023 00:00:00 GMT"] {
        assert_eq!(status("all.atom", &[("If-Modified-Since", date)]), 304, "{date}");
    }
}

#[test]
fn a_client_that_has_another_version_gets_the_file() {
    let gzip = etag(&[("Accept-Encoding", "gzip")]);
    for name in ["\"other\"", "nonsense", "\"unfinished", &gzip] {
        assert_eq!(status("all.atom", &[("If-None-Match", name)]), 200, "{name}");
    }
    for date in ["Sun, 07 May 2023 11:28:46 GMT", "nonsense", "0"] {
        assert_eq!(status("all.atom", &[("If-Modified-Since", date)]), 200, "{date}");
    }
}

#[test]
fn conditions_are_asked_in_the_order_of_the_specification() {
    let tag = etag(&[]);
    let (before, after) = ("Sat, 06 May 2023 00:00:00 GMT", "Mon, 08 May 2023 00:00:00 GMT");
    let rows = [
        (vec![("If-None-Match", "\"other\""), ("If-Modified-Since", after)], 200),
        (vec![("If-None-Match", &*tag), ("If-Modified-Since", before)], 304),
        (vec![("If-Match", "\"other\"")], 412),
        (vec![("If-Match", &*tag)], 200),
        (vec![("If-Match", "*")], 200),
        (vec![("If-Unmodified-Since", before)], 412),
        (vec![("If-Unmodified-Since", DATE)], 200),
        (vec![("If-Match", &*tag), ("If-Unmodified-Since", before)], 200),
        (vec![("If-Match", "\"other\""), ("If-None-Match", &*tag)], 412),
        (vec![("If-Match", &*tag), ("If-None-Match", &*tag)], 304),
        (vec![("If-None-Match", &*tag), ("Range", "bytes=0-9")], 304),
        (vec![("If-Match", "\"other\""), ("Range", "bytes=0-9")], 412),
    ];
    for (headers, expected) in rows {
        assert_eq!(status("all.atom", &headers), expected, "{headers:?}");
    }
    assert_eq!(status("all.atom", &[("If-Match", &format!("W/{tag}"))]), 412, "a weak tag doesn't tell versions apart");
    assert_eq!(status("none", &[("If-None-Match", "*")]), 404);
}

#[test]
fn a_part_of_a_file_is_sent_where_it_has_one() {
    let length = feed().len();
    let rows = [
        ("bytes=0-9", Some(0..10)),
        ("bytes=5-", Some(5..length)),
        ("bytes=-7", Some(length - 7..length)),
        ("bytes=10-99999999", Some(10..length)),
        ("bytes=-99999999", Some(0..length)),
        ("bytes=0-99999999999999999999999999", Some(0..length)),
        ("BYTES=0-0", Some(0..1)),
        ("bytes=0-9,20-29", None),
        ("bytes=9-0", None),
        ("bytes=x-9", None),
        ("bytes=-", None),
        ("bytes=+1-9", None),
        ("lines=0-9", None),
        ("nonsense", None),
    ];
    for (range, expected) in rows {
        let response = get("all.atom", &[("Range", range)]);
        let Some(part) = expected else {
            assert_eq!((response.status().as_u16(), response.body().len()), (200, length), "{range}");
            continue;
        };
        assert_eq!(response.status(), 206, "{range}");
        assert_eq!(response.body(), &feed().as_bytes()[part.clone()], "{range}");
        assert_eq!(header(&response, "content-range"), format!("bytes {}-{}/{length}", part.start, part.end - 1));
        assert_eq!(header(&response, "content-length"), part.len().to_string());
    }
    for range in [&*format!("bytes={length}-"), "bytes=99999999999999999999999-", "bytes=-0"] {
        let response = get("all.atom", &[("Range", range)]);
        assert_eq!(
            (response.status().as_u16(), header(&response, "content-range")),
            (416, &*format!("bytes */{length}"))
        );
    }
}

#[test]
fn a_part_of_a_compressed_file_is_one_of_the_bytes_that_are_sent() {
    let gzip = ("Accept-Encoding", "gzip");
    let (part, whole) = (get("all.atom", &[gzip, ("Range", "bytes=2-5")]), get("all.atom", &[gzip]));
    assert_eq!((part.status().as_u16(), part.body()), (206, &whole.body().slice(2..6)));
    assert_eq!(header(&part, "etag"), header(&whole, "etag"));
}

#[test]
fn a_part_is_sent_only_to_clients_with_other_parts_of_the_same_bytes() {
    let (tag, gzip) = (etag(&[]), etag(&[("Accept-Encoding", "gzip")]));
    let weak = format!("W/{tag}");
    let rows =
        [(&*tag, 206), (&weak, 200), (&gzip, 200), (DATE, 206), ("Mon, 08 May 2023 00:00:00 GMT", 200), ("x", 200)];
    for (validator, expected) in rows {
        assert_eq!(status("all.atom", &[("Range", "bytes=0-9"), ("If-Range", validator)]), expected, "{validator}");
    }
    let coded = [("Range", "bytes=0-9"), ("If-Range", DATE), ("Accept-Encoding", "gzip")];
    assert_eq!(status("all.atom", &coded), 200, "a date doesn't say in which coding the other parts came");
}

#[test]
fn only_what_changed_gets_another_date_and_etag() {
    let before = site();
    let mut files = files();
    for file in &mut files {
        file.modified += Duration::from_mins(1);
    }
    files[0].bytes.extend_from_slice(b"<entry/>");
    let after = ServedSite::new(files, facts(), None, Some(&before));
    assert_ne!(before.version(), after.version());
    for (path, is_changed) in [("/news/all.atom", true), ("/news/all.rss", false)] {
        let (before, after) = (answer(&before, &request("GET", path, &[])), answer(&after, &request("GET", path, &[])));
        for name in ["etag", "last-modified"] {
            assert_eq!(header(&before, name) != header(&after, name), is_changed, "{path} {name}");
        }
    }
}

#[test]
fn a_date_that_two_versions_share_says_nothing() {
    let before = site();
    let mut files = files();
    files[0].bytes.extend_from_slice(b"<entry/>");
    let after = ServedSite::new(files, facts(), None, Some(&before));
    let status = |headers: &[_]| answer(&after, &request("GET", "/news/all.atom", headers)).status().as_u16();
    assert_eq!(status(&[("If-Modified-Since", DATE)]), 200, "the client may have the first version of that second");
    assert_eq!(status(&[("Range", "bytes=0-9"), ("If-Range", DATE)]), 200);
}

#[test]
fn pages_of_a_preview_load_its_script_and_nothing_is_kept() {
    let site = ServedSite::new(files(), SiteFacts { is_preview: true, ..facts() }, None, None);
    let page = answer(&site, &request("GET", "/news/index.html", &[]));
    let text = String::from_utf8_lossy(page.body()).into_owned();
    assert!(text.contains("<script src=\"/_preview/script.js\" defer></script>\n</head>"), "{text}");
    assert_eq!(header(&page, "content-length"), page.body().len().to_string());
    assert_eq!(header(&page, "cache-control"), "no-cache");
}

#[test]
fn a_request_without_a_host_is_a_bad_one() {
    let bare = |version| {
        let request = Request::builder().version(version).uri("/news/all.atom").body(()).expect("it is one");
        answer(&site(), &request.into_parts().0).status().as_u16()
    };
    assert_eq!(bare(axum::http::Version::HTTP_11), 400);
    assert_eq!(bare(axum::http::Version::HTTP_10), 200);
}
