//! Where a site is put, as people write it.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use url::Url;

/// The kinds of storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// A bucket of S3, or of what speaks like it.
    S3(String),
    /// A bucket of Google Cloud Storage.
    Google(String),
    /// A container of Azure Blob Storage.
    Azure(String),
    /// A folder of this machine.
    Folder(PathBuf),
}

/// Where a site is put: a place, and what the names of its objects begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The place.
    pub storage: Storage,
    /// The folder in it, without a `/` at either end; empty for the root.
    pub prefix: String,
    shown: String,
}

impl Destination {
    /// Reads `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`, `az://CONTAINER/PREFIX` or `file:///FOLDER`.
    ///
    /// # Errors
    /// What is none of these, in words.
    pub fn parse(address: &str) -> Result<Self, String> {
        const FORMS: &str = "write s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX or file:///FOLDER";
        let url = Url::parse(address).map_err(|_| match std::path::absolute(address) {
            Ok(path) if address.contains('/') => format!("for a folder, write file://{}", path.display()),
            _ => format!("this isn't an address of a storage; {FORMS}"),
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "an address of a storage has no user and password; credentials come from the environment".into()
            );
        }
        if url.query().is_some() || url.fragment().is_some() || url.port().is_some() {
            return Err(format!("an address of a storage has no port, no ? and no #; {FORMS}"));
        }
        if url.scheme() == "file" && !address.to_ascii_lowercase().starts_with("file:///") {
            return Err("write file:/// and the whole path of a folder".to_owned());
        }
        if url.scheme() == "file" {
            let folder = url.to_file_path().map_err(|()| "write file:/// and the whole path of a folder".to_owned())?;
            let shown = folder.display().to_string();
            return Ok(Self { storage: Storage::Folder(folder), prefix: String::new(), shown });
        }
        let bucket = url.host_str().filter(|host| !host.is_empty()).map(str::to_owned);
        let bucket = bucket.ok_or_else(|| format!("the name of the bucket is missing; {FORMS}"))?;
        let prefix = percent_decode_str(url.path()).decode_utf8().map_err(|_| "this isn't UTF-8".to_owned())?;
        let prefix = prefix.trim_matches('/').to_owned();
        if prefix.split('/').any(|part| part == "." || part == "..") || prefix.contains("//") {
            return Err("the folder in the bucket has an empty part, `.` or `..`".to_owned()); // encoded ones, that is
        }
        let folder = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let shown = format!("{}://{bucket}/{folder}", url.scheme());
        let storage = match url.scheme() {
            "s3" => Storage::S3(bucket),
            "gs" => Storage::Google(bucket),
            "az" => Storage::Azure(bucket),
            _ => return Err(format!("{}: isn't a storage that is known here; {FORMS}", url.scheme())),
        };
        Ok(Self { storage, prefix, shown })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_storages_are_read() {
        let target = |address| Destination::parse(address).map(|target| (target.storage, target.prefix));
        let s3 = |bucket: &str, prefix: &str| Ok((Storage::S3(bucket.to_owned()), prefix.to_owned()));
        assert_eq!(target("s3://bucket"), s3("bucket", ""));
        assert_eq!(target("s3://my.bucket_1/"), s3("my.bucket_1", ""));
        assert_eq!(target("s3://bucket/feeds/riscv/"), s3("bucket", "feeds/riscv"));
        assert_eq!(target("az://$web"), Ok((Storage::Azure("$web".to_owned()), String::new())));
        assert_eq!(target("file:///srv/site"), Ok((Storage::Folder("/srv/site".into()), String::new())));
        for wrong in ["bucket", "s3:bucket", "s3:///x", "s3://b/a//b", "s3://user:word@b", "ftp://b", "s3://b?x"] {
            assert!(Destination::parse(wrong).is_err(), "{wrong}");
        }
    }
}
