//! What a publication does to its folder, file by file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use patchfeed::error::Error;
use patchfeed::publish::{Owner, Publication, Published, Rules};

use crate::{Folder, tree};

const CAREFUL: Rules = Rules { force: false, sync: false };

fn owner() -> Owner {
    Owner { title: "News".to_owned(), address: "https://example.org/".to_owned(), base_url: crate::BASE.to_owned() }
}

/// Begins a publication. A program that another test starts inherits the lock of the one before, until it runs.
fn begin_with(rules: Rules, site: &Path) -> Result<Publication, Error> {
    for _ in 0..200 {
        match Publication::begin(site, rules) {
            Err(err) if err.cause.starts_with("another patchfeed") => std::thread::sleep(Duration::from_millis(10)),
            result => return result,
        }
    }
    Publication::begin(site, rules)
}

fn begin(site: &Path) -> Publication {
    begin_with(CAREFUL, site).expect("nobody else publishes here")
}

fn publish_with(rules: Rules, site: &Path, files: &[(&str, &str)]) -> Result<Published, Error> {
    let publication = begin_with(rules, site)?;
    for (path, text) in files {
        publication.stage(path, text.as_bytes())?;
    }
    publication.finish(&owner())
}

fn publish(site: &Path, files: &[(&str, &str)]) -> Result<Published, Error> {
    publish_with(CAREFUL, site, files)
}

/// How many files were written, were left as they were, and were removed.
fn counts(published: Result<Published, Error>) -> (usize, usize, usize) {
    let Published { written, unchanged, removed } = published.expect("nothing fails");
    (written, unchanged, removed)
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.expect_err("this is refused").to_string()
}

/// A page as patchfeed makes it.
fn page(title: &str) -> String {
    format!("<meta name=\"generator\" content=\"patchfeed\"><title>{title}</title>")
}

#[test]
fn only_what_changed_is_written() {
    let folder = Folder::new("publication-counts");
    let long = "a".repeat(40_000);
    let changed = format!("{}b", &long[1..]);
    assert_eq!(counts(publish(&folder.0, &[("a.json", "one"), ("b.json", &long)])), (2, 0, 0));
    assert_eq!(counts(publish(&folder.0, &[("a.json", "one"), ("b.json", &long)])), (0, 2, 0));
    assert_eq!(counts(publish(&folder.0, &[("a.json", "two"), ("b.json", &long)])), (1, 1, 0));
    assert_eq!(counts(publish(&folder.0, &[("a.json", "two and more"), ("b.json", &changed)])), (2, 0, 0));
    assert_eq!(counts(publish(&folder.0, &[("a.json", ""), ("b.json", &changed)])), (1, 1, 0));
    let files = tree(&folder.0);
    assert_eq!((files["a.json"].as_slice(), files["b.json"].as_slice()), (&b""[..], changed.as_bytes()));
    let durable = Rules { force: false, sync: true };
    assert_eq!(counts(publish_with(durable, &folder.0, &[("a.json", "new"), ("c.json", "new")])), (2, 0, 1));
}

#[test]
fn what_is_no_longer_made_goes_with_the_folders_that_it_leaves_empty() {
    let folder = Folder::new("publication-removal");
    let all = [("a.json", "a"), ("b.json", "b"), ("c.json", "c"), ("archive/a/1.json", "1"), ("archive/b/1.json", "1")];
    publish(&folder.0, &all).expect("nothing fails");
    folder.write("archive/b/mine.txt", "mine");
    fs::remove_file(folder.path("b.json")).expect("it is there");
    fs::remove_file(folder.path("c.json")).expect("it is there");
    folder.write("c.json/mine.txt", "mine");
    let forced = Rules { force: true, sync: false };
    assert_eq!(counts(publish_with(forced, &folder.0, &all[..1])), (0, 1, 2), "two of them were gone before");
    assert_eq!(tree(&folder.0).into_keys().collect::<Vec<_>>(), ["a.json", "archive/b/mine.txt", "c.json/mine.txt"]);
    assert!(!folder.path("archive/a").exists());
    assert_eq!(counts(publish(&folder.0, &[])), (0, 0, 1));
    assert!(folder.0.exists(), "the site's own folder stays");
}

#[test]
fn what_cannot_be_removed_ends_the_run() {
    let folder = Folder::new("publication-irremovable");
    let name = format!("{}.json", "long".repeat(100)); // as a damaged disk may have it
    folder.write(".patchfeed/manifest", format!("{name}\n"));
    assert!(refusal(publish(&folder.0, &[])).contains("too long"));
}

#[test]
fn files_have_reached_the_disk_before_they_get_their_names_if_that_is_asked_for() {
    for sync in [true, false] {
        let folder = Folder::new("publication-sync");
        let publication = begin_with(Rules { force: false, sync }, &folder.0).expect("nobody else publishes here");
        publication.stage("archive/a/1.json", b"1").expect("it can be staged");
        fs::remove_dir_all(folder.path("archive")).expect("it is there");
        let failed = publication.finish(&owner()).expect_err("a file is gone").subject;
        let (site, file) = (folder.0.display().to_string(), folder.path("archive/a/1.json").display().to_string());
        assert_eq!(
            failed,
            if sync { site } else { file },
            "the folder can't be brought to the disk, or the file not renamed"
        );
    }
}

#[test]
fn nothing_is_written_outside_the_folder_or_over_what_is_not_patchfeeds() {
    let folder = Folder::new("publication-others");
    for path in ["", "..", "../a.json", "/a.json", "a/../b.json", "./a.json"] {
        assert!(refusal(publish(&folder.path("site"), &[(path, "a")])).contains("not a path inside"), "{path}");
    }
    folder.write("site/mine.json", "mine");
    folder.write("site/a.json/mine.txt", "mine");
    let site = folder.path("site");
    assert!(refusal(publish(&site, &[("mine.json", "b")])).contains("patchfeed didn't make this file"));
    assert!(refusal(publish(&site, &[("a.json", "b")])).contains("a folder stands where a file belongs"));
    assert!(refusal(publish(&site, &[("mine.json/b.json", "b")])).contains("ot a directory"));
    assert_eq!(counts(publish(&site, &[("mine.json", "mine")])), (0, 1, 0), "a file that has the right bytes is left");
    let mut publication = begin(&site);
    publication.force();
    folder.write("site/other.json", "mine");
    publication.stage("other.json", b"other").expect("force replaces what it has to");
    drop(publication);
    assert!(refusal(Publication::begin(&folder.path("site/mine.json"), CAREFUL)).contains("this is no folder"));
    assert_eq!(fs::read(folder.path("site/mine.json")).expect("it is there"), b"mine");
}

#[test]
#[cfg(unix)]
fn a_link_leads_nowhere() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("publication-links");
    folder.write("elsewhere/b.json", "mine");
    folder.write("site/a.json", "mine");
    symlink(folder.path("elsewhere"), folder.path("site/archive")).expect("a link can be made");
    symlink(folder.path("elsewhere/b.json"), folder.path("site/b.json")).expect("a link can be made");
    symlink(folder.path("elsewhere"), folder.path("site/link")).expect("a link can be made");
    symlink(folder.path("site"), folder.path("also")).expect("a link can be made");
    let site = folder.path("also");
    assert!(refusal(publish(&site, &[("archive/c.json", "c")])).contains("this folder is a link"));
    assert!(
        refusal(publish(&site, &[("b.json", "mine")])).contains("didn't make"),
        "even if it leads to the same bytes"
    );
    assert_eq!(counts(publish(&site, &[("c/d.json", "c")])), (1, 0, 0), "the site's folder may be a link");
    fs::rename(folder.path("site/c"), folder.path("c")).expect("it can be moved");
    symlink(folder.path("c"), folder.path("site/c")).expect("a link can be made");
    assert_eq!(counts(publish(&site, &[])), (0, 0, 0));
    assert!(folder.path("c/d.json").exists(), "nothing is removed through a link");
    fs::create_dir(folder.path("other")).expect("a folder can be made");
    symlink(folder.path("elsewhere"), folder.path("other/.patchfeed")).expect("a link can be made");
    assert!(refusal(Publication::begin(&folder.path("other"), CAREFUL)).contains("this folder is a link"));
}

#[test]
fn a_publication_that_is_dropped_leaves_no_trace() {
    let folder = Folder::new("publication-dropped");
    let site = folder.path("site");
    let publication = begin(&site);
    publication.stage("archive/a/1.json", b"a").expect("it can be staged");
    publication.stage("a.json", b"a").expect("it can be staged");
    assert!(site.join(".patchfeed/unfinished").exists(), "the mark is there before the first file");
    assert!(site.join(".patchfeed-1").exists() && site.join("archive/a/.patchfeed-0").exists());
    assert!(refusal(Publication::begin(&site, CAREFUL)).contains("another patchfeed is publishing here"));
    drop(publication);
    assert_eq!(fs::read_dir(&site).expect("it is there").count(), 0);
    fs::create_dir(site.join(".patchfeed")).expect("a folder can be made");
    drop(begin(&site));
    assert!(site.join(".patchfeed").exists(), "what was there before stays");
    publish(&site, &[("a.json", "a")]).expect("nothing fails");
    let publication = begin(&site);
    publication.stage("a.json", b"a").expect("it can be staged");
    assert!(!site.join(".patchfeed/unfinished").exists(), "a run that changes nothing writes nothing");
    drop(publication);
    assert!(site.join(".patchfeed/manifest").exists(), "a site stays one");
    assert!(!site.join(".patchfeed/unfinished").exists());
}

#[test]
fn what_waits_after_an_interrupted_run_is_removed_and_nothing_like_it() {
    let folder = Folder::new("publication-interrupted");
    let others = [".patchfeed-", ".patchfeed-1a", "patchfeed-1", "1", "below/.patchfeed-7/mine.txt"];
    for path in others.iter().chain([".patchfeed-12", "archive/a/.patchfeed-3", "below/.patchfeed-0"].iter()) {
        folder.write(path, "half of it");
    }
    folder.write("other/.patchfeed/manifest", "");
    folder.write("other/.patchfeed-1", "another run's");
    drop(begin(&folder.0));
    assert!(folder.path(".patchfeed-12").exists(), "a run that is complete has left nothing, so nothing is looked for");
    folder.write(".patchfeed/unfinished", "");
    drop(begin(&folder.0));
    let left: BTreeSet<String> = tree(&folder.0).into_keys().collect();
    let expected = others.into_iter().chain(["other/.patchfeed-1"]).map(str::to_owned);
    assert_eq!(left, expected.collect());
    assert!(!folder.path("archive").exists());
}

#[test]
fn a_list_of_files_is_believed_if_it_is_whole() {
    let folder = Folder::new("publication-list");
    publish(&folder.0, &[("b.json", "b"), ("a.json", "a")]).expect("nothing fails");
    let list = folder.path(".patchfeed/manifest");
    let whole = fs::read_to_string(&list).expect("there is a list");
    assert_eq!(
        whole,
        format!("patchfeed manifest 2\nNews\nhttps://example.org/\n{}\n2\na.json\nb.json\n", crate::BASE)
    );
    let written = fs::metadata(&list).and_then(|now| now.modified()).expect("the system tells times");
    publish(&folder.0, &[("b.json", "b"), ("a.json", "a")]).expect("nothing fails");
    assert_eq!(fs::metadata(&list).and_then(|now| now.modified()).expect("the system tells times"), written);
    let publication = begin(&folder.0);
    assert_eq!(
        (publication.earlier_paths(), publication.owner()),
        (&["a.json", "b.json"].map(str::to_owned)[..], Some(&owner()))
    );
    assert_eq!(publication.notice(), None);
    drop(publication);
    for (what, text, paths) in [
        ("an older version's, of paths alone", "b.json\na.json\na.json\n".to_owned(), Some(2)),
        ("one without an end", "b.json\na.json".to_owned(), None),
        ("an empty one", String::new(), None),
        ("a hole that a disk left", "b.json\na\0.json\n".to_owned(), None),
        ("a file that no site has", "b.json\nnotes.txt\n".to_owned(), None),
        ("one with fewer paths than it counts", whole.replace("\n2\n", "\n3\n"), None),
    ] {
        fs::write(&list, text).expect("it can be written");
        let publication = begin(&folder.0);
        assert_eq!(publication.earlier_paths().len(), paths.unwrap_or(0), "{what}");
        assert_eq!(publication.notice().is_some_and(|notice| notice.contains("is damaged")), paths.is_none(), "{what}");
    }
    fs::remove_file(&list).and_then(|()| fs::create_dir(&list)).expect("a folder can be made");
    assert!(refusal(Publication::begin(&folder.0, CAREFUL)).contains("manifest: this is a folder"));
}

#[test]
fn a_site_without_its_list_is_known_by_its_pages() {
    let folder = Folder::new("publication-pages");
    let of_site =
        ["all-digest.atom", "all.html", "all.rss", "archive/all/1.json", "digest.json", "feeds.opml", "index.html"];
    let mine = [
        ".well-known/all.json",
        "about.html",
        "about.json",
        "all.txt",
        "archive/about/1.json",
        "archive/all.json",
        "archive/all/.mine.json",
        "archive/all/old/1.json",
        "blog/all/1.json",
        "other/.patchfeed/manifest",
        "other/all.json",
    ];
    for path in of_site.into_iter().chain(mine) {
        folder.write(path, page("News · All"));
    }
    folder.write("about.html", "<title>News · Me</title>");
    let publication = begin(&folder.0);
    assert_eq!(publication.earlier_paths(), of_site);
    assert_eq!(publication.owner().map(|owner| owner.title.as_str()), Some("News"), "its first page tells whose it is");
    assert!(
        publication.notice().is_some_and(|notice| notice.contains("is missing; made anew from the 7 that are there"))
    );
    drop(publication);
    let empty = begin(&folder.path("other/new"));
    assert_eq!(
        (empty.earlier_paths(), empty.owner(), empty.notice()),
        (&[][..], None, None),
        "a new folder misses nothing"
    );
}

#[test]
fn a_tenth_of_the_archives_may_go_and_no_more() {
    let folder = Folder::new("publication-shrinking");
    let paths: Vec<String> =
        (10..30).flat_map(|n| ["json", "atom"].map(|ending| format!("archive/all/{n}.{ending}"))).collect();
    let files: Vec<(&str, &str)> =
        paths.iter().map(|path| (path.as_str(), "")).chain([("a.json", "a"), ("b.json", "b")]).collect();
    let publish_from = |first: usize| publish(&folder.0, &files[2 * first..]);
    publish_from(0).expect("nothing fails");
    assert_eq!(
        refusal(publish(&folder.0, &files[2 * 3..])),
        format!(
            "{}: 3 of 20 archives would be removed, those of issue 10, 11, 12: a file is missing, or an issue has another number or date; \
             nothing was changed; if that is meant, say --force",
            folder.0.display()
        )
    );
    assert!(refusal(publish_from(5)).contains("of issue 10, 11, 12, 13, 14: a file"));
    assert!(refusal(publish_from(6)).contains("of issue 10, 11, 12, 13, 14 …: a file"), "five are named");
    assert_eq!(
        counts(publish(&folder.0, &files[2 * 2..41])),
        (0, 37, 5),
        "two of twenty are a tenth, and other files don't count"
    );
    let forced = Rules { force: true, sync: false };
    assert_eq!(counts(publish_with(forced, &folder.0, &[])), (0, 0, 37));
}
