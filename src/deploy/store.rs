//! A storage: its objects read, written, listed and deleted, with errors in words.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::stream::{self, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    Attributes, BackoffConfig, ClientOptions, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions,
    RetryConfig, UpdateVersion,
};
use url::Url;

use super::address::{Destination, Storage};
use super::connector::{Connector, ServerClock};
use super::lease::Lease;
use super::object::{self, ObjectHeaders};
use super::words;
use crate::error::Error;
use crate::net::Access;

/// How often a request is tried again, with longer and longer pauses, when the server fails.
const RETRIES: usize = 8;

/// How often a request that changes something is sent if no answer comes.
pub(super) const TRIES: u32 = 4;

/// For how long, at most, a request is tried again.
const PATIENCE: Duration = Duration::from_mins(2);

/// A storage that is being deployed to.
#[derive(Debug, Clone)]
pub(super) struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
    target: String,
    /// Whether it is asked over the network, and so keeps headers.
    is_remote: bool,
    /// What time it is there.
    pub(super) clock: ServerClock,
    /// Whether what is written may still be written.
    pub(super) lease: Lease,
    /// The folder that it is, if it is one.
    pub(super) folder: Option<PathBuf>,
}

/// An object as it is in a storage.
#[derive(Debug)]
pub(super) struct StoredObject {
    pub(super) bytes: Vec<u8>,
    pub(super) modified: DateTime<Utc>,
    /// What tells this version of it apart.
    pub(super) version: UpdateVersion,
}

/// How a conditional write ended.
#[derive(Debug)]
pub(super) enum WriteOutcome {
    /// It is written; with what tells the new version apart.
    Written(UpdateVersion),
    /// The condition doesn't hold.
    Refused,
    /// The storage has no conditional writes.
    Unsupported,
}

impl Store {
    /// A storage, with the credentials that the environment names. `endpoint` is its server, if it isn't the usual one.
    ///
    /// # Errors
    /// Settings in the environment that make no sense.
    pub(super) fn open(target: &Destination, endpoint: Option<&Url>, access: &Access) -> Result<Self, Error> {
        check_environment(endpoint)?;
        let clock = ServerClock::default();
        let lease = Lease::default();
        let connector = Connector { access: access.clone(), clock: clock.clone(), lease: lease.clone() };
        let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: RETRIES, retry_timeout: PATIENCE };
        let endpoint = endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned());
        let options =
            ClientOptions::new().with_allow_http(endpoint.as_ref().is_some_and(|url| url.starts_with("http:")));
        let opened: object_store::Result<Arc<dyn ObjectStore>> = match &target.storage {
            Storage::S3(bucket) => {
                let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
                builder = builder.with_disable_bulk_delete(true); // which not every storage knows
                if let Some(endpoint) = endpoint {
                    builder = builder.with_endpoint(endpoint).with_client_options(options);
                }
                builder.with_http_connector(connector).build().map(|store| Arc::new(store) as _)
            }
            Storage::Google(bucket) => {
                let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retry);
                if let Some(endpoint) = endpoint {
                    builder = builder.with_base_url(&endpoint).with_client_options(options);
                }
                builder.with_http_connector(connector).build().map(|store| Arc::new(store) as _)
            }
            Storage::Azure(container) => {
                let mut builder = MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(retry);
                if let Some(endpoint) = endpoint {
                    builder = builder.with_endpoint(endpoint).with_client_options(options);
                }
                builder.with_http_connector(connector).build().map(|store| Arc::new(store) as _)
            }
            Storage::Folder(folder) => return Self::folder(target, folder.clone(), clock),
        };
        let target_name = target.to_string();
        let objects = opened.map_err(|err| words::error(&target_name, &err))?;
        let prefix = Path::parse(&target.prefix).map_err(|err| Error::new(&target_name, err.to_string()))?;
        Ok(Self { objects, prefix, target: target_name, is_remote: true, clock, lease, folder: None })
    }

    fn folder(target: &Destination, folder: PathBuf, clock: ServerClock) -> Result<Self, Error> {
        std::fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|err| words::error(&target.to_string(), &err))?;
        let objects = Arc::new(store.with_automatic_cleanup(true).with_fsync(true));
        let prefix = Path::default();
        Ok(Self {
            objects,
            prefix,
            target: target.to_string(),
            is_remote: false,
            clock,
            lease: Lease::default(),
            folder: Some(folder),
        })
    }

    /// The object at a path; none if there is none.
    ///
    /// # Errors
    /// The storage fails.
    pub(super) async fn read(&self, path: &str) -> Result<Option<StoredObject>, Error> {
        let read = async {
            let result = self.objects.get(&self.at(path)).await?;
            let modified = result.meta.last_modified;
            let version = UpdateVersion { e_tag: result.meta.e_tag.clone(), version: result.meta.version.clone() };
            Ok(StoredObject { bytes: result.bytes().await?.to_vec(), modified, version })
        };
        match read.await {
            Ok(object) => Ok(Some(object)),
            Err(err @ object_store::Error::NotFound { .. }) if !words::lacks_bucket(&err) => Ok(None),
            Err(err) => Err(self.error(path, &err)),
        }
    }

    /// Writes an object, whatever is there.
    ///
    /// # Errors
    /// The storage fails.
    pub(super) async fn write(&self, path: &str, bytes: Vec<u8>, headers: &ObjectHeaders) -> Result<(), Error> {
        let options = PutOptions { attributes: self.attributes(headers), ..PutOptions::default() };
        let written = self.objects.put_opts(&self.at(path), bytes.into(), options).await;
        written.map(drop).map_err(|err| self.error(path, &err))
    }

    /// Writes an object if a condition holds.
    ///
    /// # Errors
    /// The storage fails.
    pub(super) async fn write_if(
        &self,
        mode: PutMode,
        path: &str,
        bytes: Vec<u8>,
        headers: &ObjectHeaders,
    ) -> Result<WriteOutcome, Error> {
        use object_store::Error as Failure;
        let mut tries = 1..=TRIES;
        loop {
            let options =
                PutOptions { mode: mode.clone(), attributes: self.attributes(headers), ..PutOptions::default() };
            let written = self.objects.put_opts(&self.at(path), bytes.clone().into(), options).await;
            let refused = match written {
                Ok(result) => return Ok(WriteOutcome::Written(result.into())),
                Err(Failure::NotImplemented { .. } | Failure::NotSupported { .. }) => {
                    return Ok(WriteOutcome::Unsupported);
                }
                Err(err) if words::has_status(&err, 501) => return Ok(WriteOutcome::Unsupported),
                Err(Failure::AlreadyExists { .. } | Failure::Precondition { .. }) => Ok(WriteOutcome::Refused),
                Err(_) if self.folder.is_some() => return Ok(WriteOutcome::Unsupported), // it has no hard links
                Err(err) if words::has_answer(&err) => return Err(self.error(path, &err)),
                Err(err) => Err(self.error(path, &err)),
            };
            // It may have been written all the same, and the answer lost on its way, or refused when it was sent again.
            match self.read(path).await? {
                Some(stored) if stored.bytes == bytes => return Ok(WriteOutcome::Written(stored.version)),
                _ if refused.is_ok() => return refused,
                _ => {}
            }
            tries.next();
            if tries.is_empty() {
                return refused;
            }
        }
    }

    /// Whether the storage writes an object although one is there, on the condition that none is.
    pub(super) async fn ignores_conditions(&self, path: &str, bytes: Vec<u8>, headers: &ObjectHeaders) -> bool {
        let options =
            PutOptions { mode: PutMode::Create, attributes: self.attributes(headers), ..PutOptions::default() };
        self.objects.put_opts(&self.at(path), bytes.into(), options).await.is_ok()
    }

    /// Deletes an object that others may put there again: the request is sent once.
    ///
    /// # Errors
    /// The storage fails, or nobody knows whether it has.
    pub(super) async fn delete_once(&self, path: &str) -> Result<(), Error> {
        match self.objects.delete(&self.at(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(err) => Err(self.error(path, &err)),
        }
    }

    /// Deletes an object, if it is there.
    ///
    /// # Errors
    /// The storage fails.
    pub(super) async fn delete(&self, path: &str) -> Result<(), Error> {
        let mut tries = 1..=TRIES;
        loop {
            tries.next();
            match self.objects.delete(&self.at(path)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => return Ok(()),
                Err(err) if words::has_answer(&err) || tries.is_empty() => return Err(self.error(path, &err)),
                Err(_) => {} // no answer: it is sent again
            }
        }
    }

    /// The objects that are at some paths, with their `ETag`s without quotation marks; and others below the prefix.
    ///
    /// # Errors
    /// The storage fails.
    pub(super) async fn look(&self, paths: &[&str], jobs: usize) -> Result<HashMap<String, String>, Error> {
        if let Some(folder) = &self.folder {
            return self.look_into(folder, paths);
        }
        let prefix = (!self.prefix.as_ref().is_empty()).then_some(&self.prefix);
        let listed: object_store::Result<Vec<_>> = self.objects.list(prefix).try_collect().await;
        let listed = match listed {
            // Somebody has put an object there whose name can't be told from others here. Each path is asked for.
            Err(object_store::Error::InvalidPath { .. }) => self.ask_for(paths, jobs).await?,
            listed => listed.map_err(|err| words::error(&self.target, &err))?,
        };
        let below = |location: &Path| match location.as_ref().strip_prefix(self.prefix.as_ref()) {
            Some(path) => path.trim_start_matches('/').to_owned(),
            None => location.to_string(),
        };
        let objects = listed.into_iter().map(|meta| {
            let etag = meta.e_tag.unwrap_or_default();
            (below(&meta.location), etag.trim_matches('"').to_owned())
        });
        Ok(objects.collect())
    }

    /// What is at some paths of a folder, as [`Store::look`] says it: also a link, wherever it leads.
    fn look_into(&self, folder: &std::path::Path, paths: &[&str]) -> Result<HashMap<String, String>, Error> {
        let mut there = HashMap::new();
        for path in paths {
            let file = folder.join(self.at(path).as_ref());
            let etag = match std::fs::symlink_metadata(&file) {
                Err(err) if matches!(err.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => continue,
                Err(err) => return Err(Error::at(&file, &err)),
                Ok(found) if !found.is_file() => String::new(),
                Ok(_) => object::etag(&std::fs::read(&file).map_err(|err| Error::at(&file, &err))?),
            };
            there.insert((*path).to_owned(), etag);
        }
        Ok(there)
    }

    /// Removes what runs that were cut off have left of objects in a folder: `object_store` writes `NAME#1` first.
    pub(super) fn clear<'a>(&self, paths: impl Iterator<Item = &'a str>) {
        let Some(folder) = &self.folder else { return };
        for path in paths {
            let mut number = 1;
            while std::fs::remove_file(folder.join(format!("{path}#{number}"))).is_ok() {
                number += 1;
            }
        }
    }

    /// What is told of the objects at some paths, as far as they are there.
    async fn ask_for(&self, paths: &[&str], jobs: usize) -> Result<Vec<ObjectMeta>, Error> {
        let asked = paths.iter().map(|path| {
            Ok(async move {
                match self.objects.head(&self.at(path)).await {
                    Ok(meta) => Ok(Some(meta)),
                    Err(object_store::Error::NotFound { .. }) => Ok(None),
                    Err(err) => Err(self.error(path, &err)),
                }
            })
        });
        let told: Vec<Option<ObjectMeta>> = stream::iter(asked).try_buffer_unordered(jobs).try_collect().await?;
        Ok(told.into_iter().flatten().collect())
    }

    fn attributes(&self, headers: &ObjectHeaders) -> Attributes {
        if self.is_remote { headers.attributes() } else { Attributes::new() }
    }

    fn at(&self, path: &str) -> Path {
        path.split('/').fold(self.prefix.clone(), Path::join)
    }

    fn error(&self, path: &str, err: &object_store::Error) -> Error {
        words::error(&format!("{}{}{path}", self.target, if self.is_remote { "" } else { "/" }), err)
    }
}

/// Fails if a setting makes no sense that `object_store` would take.
fn check_environment(endpoint: Option<&Url>) -> Result<(), Error> {
    let is_ours = |name: &str| ["AWS_", "AZURE_", "GOOGLE_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, value) in std::env::vars_os() {
        let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
        if is_ours(&name) && value.contains(char::is_control) {
            return Err(Error::new(
                name,
                "this variable has a line break, or another character that no setting has; set it anew",
            ));
        }
        let is_address = name.starts_with("AWS_ENDPOINT") || name.starts_with("AZURE_STORAGE_ENDPOINT");
        if is_address && !value.starts_with("http://") && !value.starts_with("https://") {
            return Err(Error::new(name, "this isn't an address on the web; write http://… or https://…"));
        }
        let is_key = ["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_APPLICATION_CREDENTIALS"]
            .contains(&&*name);
        if is_key && !std::path::Path::new(&*value).is_file() {
            return Err(Error::new(name, "this isn't the path of a file; write that of an account's key"));
        }
    }
    match endpoint {
        Some(endpoint) if !matches!(endpoint.scheme(), "http" | "https") => {
            Err(Error::new(endpoint.as_str(), "this isn't an address on the web; write http://… or https://…"))
        }
        _ => Ok(()),
    }
}
