//! A storage: its objects read, written, listed and deleted, with errors in words.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    Attributes, BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, RetryConfig,
    UpdateVersion,
};
use url::Url;

use super::address::{Destination, Storage};
use super::connector::{Connector, ServerClock};
use super::object::ObjectHeaders;
use super::words;
use crate::error::Error;
use crate::net::Access;

/// How often a request is tried again, with longer and longer pauses, when the server fails.
const RETRIES: usize = 8;

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
        let clock = ServerClock::default();
        let connector = Connector { access: access.clone(), clock: clock.clone() };
        let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: RETRIES, retry_timeout: PATIENCE };
        let endpoint = endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned());
        let options =
            ClientOptions::new().with_allow_http(endpoint.as_ref().is_some_and(|url| url.starts_with("http:")));
        let opened: object_store::Result<Arc<dyn ObjectStore>> = match &target.storage {
            Storage::S3(bucket) => {
                let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
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
        Ok(Self { objects, prefix, target: target_name, is_remote: true, clock, folder: None })
    }

    fn folder(target: &Destination, folder: PathBuf, clock: ServerClock) -> Result<Self, Error> {
        std::fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|err| words::error(&target.to_string(), &err))?;
        let objects = Arc::new(store.with_automatic_cleanup(true).with_fsync(true));
        let prefix = Path::default();
        Ok(Self { objects, prefix, target: target.to_string(), is_remote: false, clock, folder: Some(folder) })
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
        let options = PutOptions { mode, attributes: self.attributes(headers), ..PutOptions::default() };
        match self.objects.put_opts(&self.at(path), bytes.into(), options).await {
            Ok(result) => Ok(WriteOutcome::Written(result.into())),
            Err(Failure::AlreadyExists { .. } | Failure::Precondition { .. }) => Ok(WriteOutcome::Refused),
            Err(Failure::NotImplemented { .. } | Failure::NotSupported { .. }) => Ok(WriteOutcome::Unsupported),
            Err(err) if words::has_status(&err, 501) => Ok(WriteOutcome::Unsupported),
            Err(err) => Err(self.error(path, &err)),
        }
    }

    /// Deletes an object, if it is there.
    ///
    /// # Errors
    /// The storage fails.
    pub(super) async fn delete(&self, path: &str) -> Result<(), Error> {
        match self.objects.delete(&self.at(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(err) => Err(self.error(path, &err)),
        }
    }

    /// All objects below the prefix: their paths, and their `ETag`s without quotation marks.
    ///
    /// # Errors
    /// The storage fails.
    pub(super) async fn list(&self) -> Result<HashMap<String, String>, Error> {
        let prefix = (!self.prefix.as_ref().is_empty()).then_some(&self.prefix);
        let listed: object_store::Result<Vec<_>> = self.objects.list(prefix).try_collect().await;
        let listed = listed.map_err(|err| words::error(&self.target, &err))?;
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
