//! Where issues come from: a file, a folder, the standard input. Everything after this module is free of I/O until
//! `publish`.

mod document;

use std::io::Read as _;
use std::path::Path;

use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Error};
pub use document::{Document, decode};

/// Reads the issues of a file, of a folder with all below it (`.md` and `.markdown`, hidden ones passed by), or of the
/// standard input (`-`). The order is that of the paths, whatever the file system's.
///
/// # Errors
/// A path that can't be read, and a folder that holds no such file.
pub fn read(issues: &Path) -> Result<(Vec<Document>, Vec<Diagnostic>), Error> {
    let mut documents = Vec::new();
    let mut diagnostics = Vec::new();
    let mut add = |path: &str, bytes: &[u8]| {
        let (document, mut found) = decode(path, bytes);
        documents.push(document);
        diagnostics.append(&mut found);
    };
    if issues == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|err| Error::at(Path::new("<stdin>"), &err))?;
        add("<stdin>", &bytes);
        return Ok((documents, diagnostics));
    }
    for entry in WalkDir::new(issues)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'))
    {
        let entry = match entry {
            Ok(entry) => entry,
            Err(err) if err.loop_ancestor().is_some() => continue, // what it leads to is read already
            Err(err) => {
                let path = err.path().unwrap_or(issues).to_owned();
                let cause = err.into_io_error().map_or_else(|| "can't be read".to_owned(), |err| err.to_string());
                return Err(Error::at(&path, &cause));
            }
        };
        let path = entry.path();
        if entry.file_type().is_dir() || entry.depth() > 0 && !is_markdown(path) {
            continue;
        }
        let bytes = std::fs::read(path).map_err(|err| Error::at(path, &err))?;
        add(&path.to_string_lossy(), &bytes);
    }
    if documents.is_empty() {
        return Err(Error::at(issues, &"no issue here: no file of the folder ends in .md or .markdown"));
    }
    Ok((documents, diagnostics))
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("md") || ext.eq_ignore_ascii_case("markdown"))
}
