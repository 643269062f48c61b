//! What a server tells its publisher: `/healthz` and `/metrics`.
#![cfg(unix)]

use crate::Folder;
use crate::bots::issue;
use crate::serving::{FREE, Running, header, wait_until};

fn server(name: &str) -> (Folder, Running) {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    let server = Running::start(&folder, &[FREE, &["--strict"]].concat());
    (folder, server)
}

/// Fails unless the metrics have these lines.
fn assert_metrics(server: &Running, lines: &[&str]) {
    let metrics = server.get("metrics");
    assert_eq!(header(&metrics, "content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for line in lines {
        assert!(metrics.lines().any(|other| other == *line), "{line} is missing in {metrics}");
    }
}

#[test]
fn requests_are_counted_by_feed_document_format_and_status() {
    let (_folder, server) = server("counted");
    let feed = server.get("bpf.atom");
    let tag = header(&feed, "etag");
    for _ in 0..2 {
        server.ask(&format!("GET /bpf.atom HTTP/1.1\nIf-None-Match: {tag}"));
    }
    let length: usize = header(&feed, "content-length").parse().expect("a number");
    let digest = server.get("digest.json");
    assert!(digest.starts_with("HTTP/1.1 200 "));
    for path in ["archive/bpf/1.atom", "feed.rss?section=bpf", "bpf.html", "nowhere.atom", "nowhere/at/all"] {
        server.get(path);
    }
    assert_metrics(
        &server,
        &[
            "# TYPE patchfeed_requests_total counter",
            "patchfeed_requests_total{feed=\"bpf\",document=\"feed\",format=\"atom\",status=\"200\"} 1",
            "patchfeed_requests_total{feed=\"bpf\",document=\"feed\",format=\"atom\",status=\"304\"} 2",
            &format!("patchfeed_sent_bytes_total{{feed=\"bpf\",document=\"feed\",format=\"atom\"}} {length}"),
            "patchfeed_requests_total{feed=\"all\",document=\"digest\",format=\"json\",status=\"200\"} 1",
            "patchfeed_requests_total{feed=\"bpf\",document=\"archive\",format=\"atom\",status=\"200\"} 1",
            "patchfeed_requests_total{feed=\"\",document=\"address\",format=\"rss\",status=\"200\"} 1",
            "patchfeed_requests_total{feed=\"\",document=\"page\",format=\"\",status=\"200\"} 1",
            "patchfeed_requests_total{feed=\"\",document=\"\",format=\"\",status=\"404\"} 2",
            "patchfeed_newest_issue_timestamp_seconds 1704074400",
            "patchfeed_diagnostics 0",
            "patchfeed_stale 0",
            "patchfeed_builds_total{result=\"good\"} 1",
        ],
    );
}

#[test]
fn readers_are_counted_as_services_report_them_and_otherwise_once_each() {
    let (_folder, server) = server("counted-readers");
    for (agent, client) in [
        ("Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)", "192.0.2.1"),
        ("NewsBlur Feed Fetcher - 25 subscribers - http://www.newsblur.com/", "192.0.2.2"),
        ("newsboat/2.30", "192.0.2.3"),
        ("newsboat/2.30", "192.0.2.3"),
        ("newsboat/2.30", "192.0.2.4"),
    ] {
        server.ask(&format!("GET /bpf.atom HTTP/1.1\nUser-Agent: {agent}\nX-Forwarded-For: {client}"));
    }
    assert_metrics(
        &server,
        &[
            "patchfeed_subscribers{feed=\"bpf\",document=\"feed\",format=\"atom\",how=\"reported\"} 41",
            "patchfeed_subscribers{feed=\"bpf\",document=\"feed\",format=\"atom\",how=\"seen\"} 2",
        ],
    );
    let public = server.ask("GET /metrics HTTP/1.1\nX-Forwarded-For: 192.0.2.1");
    assert!(public.starts_with("HTTP/1.1 404 "), "{public}");
}

#[test]
fn a_server_says_that_it_is_well_and_whether_its_site_is_old() {
    let (folder, server) = server("counted-health");
    assert!(server.get("healthz").ends_with("\r\n\r\nok\n"));
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", "### BPF\n\n**[v1: broken](http://lore.ker\n");
    wait_until(|| server.get("healthz").contains("ok, but the last build failed"), || server.said());
    assert_metrics(&server, &["patchfeed_builds_total{result=\"failed\"} 1", "patchfeed_stale 1"]);
    assert!(server.get("healthz").starts_with("HTTP/1.1 200 "), "an editor's slip is no reason to start a server anew");
}
