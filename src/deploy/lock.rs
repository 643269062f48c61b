//! The lock that keeps two deploys apart: an object that is written on the condition that none is there, and renewed as long as the run goes on.
//! Who finds it unrenewed for too long takes it over. All times are those of the storage's server.

use std::fs::File;
use std::time::Duration;

use object_store::{PutMode, UpdateVersion};
use uuid::Uuid;

use super::lease::{LOCK, Lease};
use super::object::ObjectHeaders;
use super::store::{Store, TRIES, WriteOutcome};
use crate::error::Error;
use crate::files;
use crate::net::now;

/// For how long a lock that isn't renewed keeps others away.
pub const STALE: Duration = Duration::from_mins(1);

/// How many times a lock is renewed before it would be stale.
const RENEWALS: u32 = 4;

/// What is said where there can be no lock.
const UNCONDITIONAL: &str = "this storage has no conditional writes, so nothing keeps two deploys apart";

/// The lock of a storage.
#[derive(Debug)]
pub(super) enum Lock {
    /// An object.
    Object {
        /// Whose it is.
        token: String,
        version: UpdateVersion,
    },
    /// A file of a folder, which the system unlocks.
    File { _held: File },
    /// The storage has no conditional writes.
    None,
}

/// How taking the lock ended.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) lock: Lock,
    /// What is to be said of it.
    pub(super) notice: Option<String>,
}

impl Lock {
    /// Takes the lock.
    ///
    /// # Errors
    /// Another run that has it, or a storage that fails.
    pub(super) async fn take(store: &Store, target: &str) -> Result<Locked, Error> {
        if let Some(folder) = &store.folder {
            let path = folder.join(LOCK);
            let below = folder.join(".patchfeed");
            std::fs::create_dir_all(&below).map_err(|err| Error::at(&below, &err))?;
            let held = files::lock(&path, false).map_err(|err| Error::at(&path, &err))?;
            let held = held.ok_or_else(|| Error::new(target, "another deploy is running here; wait for it"))?;
            return Ok(Locked { lock: Self::File { _held: held }, notice: None });
        }
        let token = token(target);
        match store.write_if(PutMode::Create, LOCK, bytes(&token), &headers()).await? {
            WriteOutcome::Written(_) if store.ignores_conditions(LOCK, bytes(&token), &headers()).await => {
                store.delete_once(LOCK).await?;
                Ok(Locked { lock: Self::None, notice: Some(UNCONDITIONAL.to_owned()) })
            }
            WriteOutcome::Written(version) => Ok(Locked { lock: Self::Object { token, version }, notice: None }),
            WriteOutcome::Refused => Self::take_over(store, target, token).await,
            WriteOutcome::Unsupported => Ok(Locked { lock: Self::None, notice: Some(UNCONDITIONAL.to_owned()) }),
        }
    }

    /// Takes over the lock of a run that renews it no more.
    async fn take_over(store: &Store, target: &str, token: String) -> Result<Locked, Error> {
        let Some(held) = store.read(LOCK).await? else {
            return Err(Error::new(target, "another deploy has just ended; try again"));
        };
        // What the server told with its answer: of two machines, one clock at least is wrong.
        let age = (store.clock.now() - held.modified).to_std().unwrap_or_default();
        let is_ours = text_token(&held.bytes) == Some(&token);
        if age < STALE && !is_ours {
            let cause = format!(
                "another deploy is running here (its lock was renewed {} s ago); wait for it. If it was cut off, the lock can be taken over {} s from now",
                age.as_secs(),
                STALE.saturating_sub(age).as_secs() + 1
            );
            return Err(Error::new(target, cause));
        }
        match store.write_if(PutMode::Update(held.version), LOCK, bytes(&token), &headers()).await? {
            WriteOutcome::Written(version) => Ok(Locked {
                lock: Self::Object { token, version },
                notice: (!is_ours)
                    .then(|| format!("an earlier deploy was cut off {} s ago; this one goes on", age.as_secs())),
            }),
            WriteOutcome::Refused => Err(Error::new(target, "another deploy has just begun here; wait for it")),
            WriteOutcome::Unsupported => Ok(Locked { lock: Self::None, notice: None }),
        }
    }

    /// Whether it is another's if it isn't renewed.
    pub(super) fn ends(&self) -> bool {
        matches!(self, Self::Object { .. })
    }

    /// Renews the lock again and again; ends only if somebody else has taken it over, or the storage fails.
    pub(super) async fn keep(&mut self, store: &Store, target: &str, lease: &Lease) -> Error {
        loop {
            tokio::time::sleep(STALE / RENEWALS).await;
            let Self::Object { token, version } = self else { continue };
            match store.write_if(PutMode::Update(version.clone()), LOCK, bytes(token), &headers()).await {
                Ok(WriteOutcome::Written(renewed)) => {
                    *version = renewed;
                    lease.renew();
                }
                Ok(WriteOutcome::Unsupported) => lease.renew(),
                Ok(WriteOutcome::Refused) => return taken_over(target),
                Err(err) => return err,
            }
        }
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// The storage fails.
    pub(super) async fn release(&self, store: &Store) -> Result<(), Error> {
        let Self::Object { token, .. } = self else { return Ok(()) };
        let mut deleted = Ok(());
        for _ in 0..TRIES {
            // Each time anew: if the answer alone was lost, another run may have the lock by now.
            match store.read(LOCK).await? {
                Some(held) if text_token(&held.bytes) == Some(token) => deleted = store.delete_once(LOCK).await,
                _ => return Ok(()), // it is gone, or somebody's who has taken it over
            }
            if deleted.is_ok() {
                break;
            }
        }
        deleted
    }
}

/// The error of a run that has lost its lock.
pub(super) fn taken_over(target: &str) -> Error {
    Error::new(target, "another deploy has taken over, so this one ends; run it again")
}

/// A name for this run that no other has.
fn token(target: &str) -> String {
    let name = format!("{target} {} {}", std::process::id(), now().as_nanos());
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

fn bytes(token: &str) -> Vec<u8> {
    format!("{{\"deploy\":\"{token}\"}}\n").into_bytes()
}

fn text_token(bytes: &[u8]) -> Option<&str> {
    str::from_utf8(bytes).ok()?.strip_prefix("{\"deploy\":\"")?.trim_end().strip_suffix("\"}")
}

fn headers() -> ObjectHeaders {
    ObjectHeaders::own()
}
