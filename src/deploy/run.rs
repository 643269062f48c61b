//! A deploy, from the site's files to the last word of the storage.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::pin::pin;

use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt as _};
use object_store::{PutMode, UpdateVersion};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::address::Destination;
use super::lock::{Lock, taken_over};
use super::manifest::{self, ObjectManifest};
use super::object::{ObjectHeaders, SiteObject};
use super::plan::{DeployPlan, PlannedChange};
use super::settled::Settled;
use super::store::{Store, WriteOutcome};
use crate::error::Error;
use crate::interrupt::{self, Careful};
use crate::net::Access;
use crate::publish::{Owner, SiteCopy, check_removals};
use crate::purge::{self, Purge};
use crate::write::{UNSERVED, YIELDING};

/// How a deploy is done.
#[derive(Debug, Clone, Copy)]
pub struct DeployRules<'a> {
    /// The storage's server, if it isn't the usual one.
    pub endpoint: Option<&'a Url>,
    /// Whether objects are stored in gzip's coding, with the header that says so.
    pub gzip: bool,
    /// How many objects go up at once.
    pub jobs: usize,
    /// Whether it looks at what is there, and puts again what is missing or differs, whatever the manifest says.
    pub repair: bool,
    /// Whether it may replace objects that patchfeed didn't put there, or another newsletter's, and delete any number of them.
    pub force: bool,
    /// The feeds that are given up, by their slugs: these may go.
    pub gone: &'a [String],
    /// Which CDN is told what has changed.
    pub purge: Option<&'a Purge>,
}

/// What a deploy came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    /// How many objects were put, new or changed.
    pub uploaded: usize,
    /// How many were there as they are.
    pub unchanged: usize,
    /// How many were deleted.
    pub deleted: usize,
    /// How many addresses the CDN was told of.
    pub purged: usize,
    /// What is to be said besides.
    pub notices: Vec<String>,
}

/// One deploy under way.
struct Deploy<'a> {
    store: Store,
    target: String,
    objects: Vec<SiteObject>,
    owner: Owner,
    rules: DeployRules<'a>,
    access: &'a Access,
    step: &'a (dyn Fn(usize) + Sync),
    /// What the storage has, as far as is known.
    manifest: ObjectManifest,
    /// What tells the manifest that is there apart.
    version: RefCell<Option<UpdateVersion>>,
    /// The paths at which somebody has put something since this run looked.
    taken: RefCell<Vec<String>>,
    deployed: Deployed,
}

/// Puts a site into a storage. `step` is called with the number of objects that go up, and then with 0 for each that is there.
///
/// # Errors
/// A site that isn't whole, a storage that holds another's objects or fails, another deploy, a CDN that isn't told. Whatever went up stays, and
/// the next run goes on.
pub fn deploy(
    site: SiteCopy,
    target: &Destination,
    rules: DeployRules<'_>,
    access: &Access,
    step: &(dyn Fn(usize) + Sync),
) -> Result<Deployed, Error> {
    let _careful = Careful::begin();
    runtime()?.block_on(async {
        let mut deploy = Deploy::begin(site, target, rules, access, step).await?;
        deploy.check()?;
        let plan = DeployPlan::new(&deploy.objects, &deploy.manifest, &Settled::default());
        let is_settled = deploy.manifest.unpurged.is_empty() || rules.purge.is_none();
        if plan.is_empty() && is_settled && deploy.names_owner() {
            deploy.deployed.unchanged = plan.unchanged;
            return Ok(deploy.deployed);
        }
        deploy.locked().await?;
        Ok(deploy.deployed)
    })
}

/// What a deploy would do, in its order, and the addresses that the CDN would be told of.
///
/// # Errors
/// Those of [`deploy`], as far as they show before anything is written.
pub fn plan(
    site: SiteCopy,
    target: &Destination,
    rules: DeployRules<'_>,
    access: &Access,
) -> Result<(Vec<PlannedChange>, Vec<Url>), Error> {
    runtime()?.block_on(async {
        let deploy = Deploy::begin(site, target, rules, access, &|_| ()).await?;
        deploy.check()?;
        let settled = deploy.settle().await?;
        let plan = DeployPlan::new(&deploy.objects, &deploy.manifest, &settled);
        let changes = plan.changes();
        let paths = changes.iter().map(|change| match change {
            PlannedChange::Create(path) | PlannedChange::Replace(path) | PlannedChange::Delete(path) => path.as_str(),
        });
        let mut paths: BTreeSet<&str> = paths.collect();
        paths.extend(deploy.manifest.unpurged.iter().map(String::as_str));
        let addresses = if rules.purge.is_some() { addresses(&deploy.owner, paths)? } else { Vec::new() };
        Ok((changes, addresses))
    })
}

fn runtime() -> Result<Runtime, Error> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|err| Error::new("deploy", err.to_string()))
}

impl<'a> Deploy<'a> {
    /// Reads what the storage has.
    async fn begin(
        site: SiteCopy,
        target: &Destination,
        rules: DeployRules<'a>,
        access: &'a Access,
        step: &'a (dyn Fn(usize) + Sync),
    ) -> Result<Self, Error> {
        let store = Store::open(target, rules.endpoint, access)?;
        let target = target.to_string();
        let owner = site.owner.filter(|owner| Url::parse(&owner.base_url).is_ok());
        let owner = owner.ok_or_else(|| Error::new("deploy", "nothing tells whose site this is; build it again"))?;
        let (manifest, version) = read_manifest(&store, &target).await?.unzip();
        let manifest = looked_at(manifest.unwrap_or_else(|| ObjectManifest::of(&owner)), rules);
        let mut objects = SiteObject::all(site.files, rules.gzip);
        objects.retain(|object| !manifest.left.contains(&object.path));
        let deployed = Deployed::default();
        Ok(Self {
            store,
            target,
            objects,
            owner,
            rules,
            access,
            step,
            manifest,
            version: RefCell::new(version),
            taken: RefCell::default(),
            deployed,
        })
    }

    /// Fails if what the storage has speaks against it.
    fn check(&self) -> Result<(), Error> {
        if self.rules.force {
            return Ok(());
        }
        if self.manifest.title != self.owner.title && self.manifest.address != self.owner.address {
            let cause = format!(
                "the site of 《{}》 is there, so nothing was changed; choose another address, or say --force to replace it",
                self.manifest.title
            );
            return Err(Error::new(&self.target, cause));
        }
        let made: Vec<&str> = self.objects.iter().map(|object| object.path.as_str()).collect();
        check_removals(&self.target, &self.manifest.staying(), &made, self.rules.gone)?;
        check_newest(&self.target, &self.manifest.staying(), &made)
    }

    /// Whether the manifest tells whose site it is as it is now.
    fn names_owner(&self) -> bool {
        let Owner { title, address, base_url } = &self.owner;
        let manifest = &self.manifest;
        (&manifest.title, &manifest.address, &manifest.base_url) == (title, address, base_url)
    }

    /// Does what is to be done, while nobody else does.
    async fn locked(&mut self) -> Result<(), Error> {
        let mut locked = Lock::take(&self.store, &self.target).await?;
        let mut notices: Vec<String> = locked.notice.take().into_iter().collect();
        let (store, target) = (self.store.clone(), self.target.clone());
        let done = {
            let lease = store.lease.clone();
            if locked.lock.ends() {
                lease.renew();
            }
            let (work, keeping) = (pin!(self.work(&mut notices)), pin!(locked.lock.keep(&store, &target, &lease)));
            match select(work, keeping).await {
                Either::Left((done, _)) => done,
                Either::Right((lost, work)) => {
                    lease.lose();
                    let _ = work.await; // what was sent arrives before the next run begins, or never
                    Err(lost)
                }
            }
        };
        self.store.lease.end();
        let released = locked.lock.release(&self.store).await.map_err(|Error { subject, cause }| {
            Error::new(subject, format!("{cause}; the site is there, and its lock can be taken over in a minute"))
        });
        self.deployed.notices = notices;
        done.and(released)
    }

    async fn work(&mut self, notices: &mut Vec<String>) -> Result<(), Error> {
        // Another run may have ended between the first look and the lock.
        if let Some((manifest, version)) = read_manifest(&self.store, &self.target).await? {
            self.version.replace(Some(version));
            self.manifest = looked_at(manifest, self.rules);
            self.check()?;
        }
        self.store.clear(self.manifest.paths().into_iter().chain([manifest::NAME]));
        let settled = self.settle().await?;
        notices.extend(settled.others.iter().map(|path| format!("{path} is somebody's own, and stays")));
        let plan = DeployPlan::new(&self.objects, &self.manifest, &settled);
        let uploads: Vec<&SiteObject> = plan.uploads().collect();
        (self.step)(uploads.len());

        let mut manifest = self.manifest.clone();
        let are_there = |object: &&SiteObject| settled.are_there.contains(&object.path);
        self.objects.iter().filter(are_there).for_each(|object| manifest.end(object));
        manifest.left.extend(settled.others.iter().cloned());
        let Owner { title, address, base_url } = self.owner.clone();
        (manifest.title, manifest.address, manifest.base_url) = (title, address, base_url);
        for object in &uploads {
            manifest.begin(object, settled.tells_apart(object, &self.manifest));
        }
        for path in &plan.deleted {
            manifest.objects.remove(path);
            manifest.doubtful.insert(path.clone(), None);
        }
        // What a run with a CDN couldn't tell it, one without has to remember.
        if self.rules.purge.is_some() || !manifest.unpurged.is_empty() {
            let changed = uploads.iter().map(|object| &object.path).chain(&plan.deleted);
            manifest.unpurged.extend(changed.cloned());
        }
        if manifest.doubtful != self.manifest.doubtful || manifest.unpurged != self.manifest.unpurged {
            self.write_manifest(&manifest).await?; // before anything changes
        }

        if let Err(err) = self.upload(&plan).await {
            let taken = self.taken.take();
            if !taken.is_empty() {
                for path in &taken {
                    manifest.forget(path);
                }
                self.write_manifest(&manifest).await?;
            }
            return Err(err);
        }
        for object in &uploads {
            manifest.end(object);
        }
        self.write_manifest(&manifest).await?;
        let (uploaded, unchanged, deleted) = (uploads.len(), plan.unchanged, plan.deleted.clone());
        (self.deployed.uploaded, self.deployed.unchanged) = (uploaded, unchanged);
        self.finish(manifest, &deleted).await
    }

    /// What comes once all objects are there: copies are given up, what isn't part of the site any more goes.
    async fn finish(&mut self, mut manifest: ObjectManifest, deleted: &[String]) -> Result<(), Error> {
        let is_last = manifest.unpurged.is_empty() && deleted.is_empty();
        let gone: BTreeSet<&str> = deleted.iter().map(String::as_str).collect();
        // A copy of a feed may lead to what is deleted: it goes first.
        let (late, early): (Vec<&str>, Vec<&str>) =
            manifest.unpurged.iter().map(String::as_str).partition(|path| gone.contains(path));
        let told_early = self.purge(early).await;
        if told_early.is_ok() {
            self.check_lease()?;
            self.at_once(deleted.iter(), |path| self.store.delete(path)).await?;
            self.deployed.deleted = deleted.len();
            manifest.doubtful.retain(|path, _| !gone.contains(path.as_str()));
        }
        let told = match told_early {
            Ok(early) => self.purge(late).await.map(|late| early + late),
            Err(err) => Err(err),
        };
        if told.is_ok() {
            manifest.unpurged.clear();
        }
        if !is_last {
            self.write_manifest(&manifest).await?;
        }
        let told = told.map_err(|Error { subject, cause }| {
            Error::new(subject, format!("{cause}; the site is there, and the next deploy tells what this one couldn't"))
        });
        self.deployed.purged = told?;
        Ok(())
    }

    /// Tells the CDN that the addresses of some paths have changed. Returns how many addresses these are.
    async fn purge(&self, paths: Vec<&str>) -> Result<usize, Error> {
        let Some(purge) = self.rules.purge else { return Ok(0) };
        let addresses = addresses(&self.owner, paths.into_iter().collect())?;
        let (purge, access, count) = (purge.clone(), self.access.clone(), addresses.len());
        let told = tokio::task::spawn_blocking(move || purge::purge(&purge, &addresses, &access)).await;
        told.unwrap_or_else(|err| Err(Error::new("purge", err.to_string())))?;
        Ok(count)
    }

    /// Looks at what the manifest doesn't tell. Fails if somebody else's objects are where the site's belong.
    async fn settle(&self) -> Result<Settled, Error> {
        if self.objects.iter().all(|object| self.manifest.objects.contains_key(&object.path)) {
            return Ok(Settled::default());
        }
        let paths: Vec<&str> = self.objects.iter().map(|object| object.path.as_str()).collect();
        let listed = self.store.look(&paths, self.rules.jobs).await?;
        let mut settled = Settled::new(&self.objects, &self.manifest, listed);
        if self.rules.force {
            settled.others.clear();
            return Ok(settled);
        }
        let mut foreign = settled.others.iter().filter(|path| !YIELDING.contains(&path.as_str()));
        let Some(first) = foreign.next() else { return Ok(settled) };
        let more = foreign.count();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let cause = format!(
            "patchfeed didn't put {first}{more} there, so nothing was changed; say --force to replace what is there"
        );
        Err(Error::new(&self.target, cause))
    }

    /// Puts objects into the storage: step by step, and several of a step at once. What is replaced may link to anything new.
    async fn upload(&self, plan: &DeployPlan<'_>) -> Result<(), Error> {
        for objects in plan.new.values() {
            self.at_once(objects.iter(), |object| self.put(object, true)).await?;
        }
        for objects in plan.changed.values() {
            self.at_once(objects.iter(), |object| self.put(object, false)).await?;
        }
        Ok(())
    }

    /// Puts an object; one that is new only if nothing is there, unless anything may be replaced.
    async fn put(&self, object: &SiteObject, is_new: bool) -> Result<(), Error> {
        let SiteObject { path, bytes, headers, .. } = object;
        let outcome = if is_new && !self.rules.force {
            self.store.write_if(PutMode::Create, path, bytes.clone(), headers).await?
        } else {
            WriteOutcome::Unsupported
        };
        match outcome {
            WriteOutcome::Written(_) => {}
            WriteOutcome::Unsupported => self.store.write(path, bytes.clone(), headers).await?,
            WriteOutcome::Refused => {
                self.taken.borrow_mut().push(path.clone());
                let cause = format!(
                    "somebody has just put {path} there, so the deploy ends; say --force to replace what is there"
                );
                return Err(Error::new(&self.target, cause));
            }
        }
        (self.step)(0);
        Ok(())
    }

    /// Does something with each of several, some at once. After a failure nothing is begun any more, but what has begun ends: no request arrives
    /// once the lock is given back.
    async fn at_once<T, F: Future<Output = Result<(), Error>>>(
        &self,
        all: impl Iterator<Item = T>,
        work: impl Fn(T) -> F,
    ) -> Result<(), Error> {
        let failed = RefCell::new(None);
        let (failed_ref, work) = (&failed, &work);
        stream::iter(all)
            .for_each_concurrent(self.rules.jobs, |one| async move {
                if failed_ref.borrow().is_some() {
                    return;
                }
                let done = match interrupt::check().and_then(|()| self.check_lease()) {
                    Ok(()) => work(one).await,
                    Err(err) => Err(err),
                };
                if let Err(err) = done {
                    failed_ref.borrow_mut().get_or_insert(err);
                }
            })
            .await;
        failed.into_inner().map_or(Ok(()), Err)
    }

    fn check_lease(&self) -> Result<(), Error> {
        self.store.lease.check().map_err(|cause| Error::new(&self.target, cause))
    }

    /// Writes the manifest in the place of the one that was read or written last; fails if that is no longer there.
    async fn write_manifest(&self, manifest: &ObjectManifest) -> Result<(), Error> {
        self.check_lease()?;
        let (bytes, headers) = (manifest.bytes(), ObjectHeaders::own());
        let before = self.version.borrow().clone();
        let mode = before.map_or(PutMode::Create, PutMode::Update);
        match self.store.write_if(mode, manifest::NAME, bytes.clone(), &headers).await? {
            WriteOutcome::Written(version) => {
                self.version.replace(Some(version));
                Ok(())
            }
            WriteOutcome::Unsupported => self.store.write(manifest::NAME, bytes, &headers).await,
            WriteOutcome::Refused => Err(taken_over(&self.target)),
        }
    }
}

/// Fails if a site's newest issue would go: the site is older than the one that is there.
fn check_newest(target: &str, before: &[&str], made: &[&str]) -> Result<(), Error> {
    let newest = |paths: &[&str]| {
        let issues = paths.iter().filter_map(|path| path.strip_prefix("archive/all/")?.strip_suffix(".atom"));
        let number = |issue: &str| issue.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok();
        issues.map(|issue| (number(issue), issue.to_owned())).max()
    };
    match (newest(before), newest(made)) {
        (Some(before), Some(made)) if made < before => {
            let (before, made) = (before.1, made.1);
            let cause = format!(
                "issue {before} is there, and the newest one of this site is {made}, so nothing was changed; build it of all issues, or say --force"
            );
            Err(Error::new(target, cause))
        }
        _ => Ok(()),
    }
}

/// The manifest as far as a run goes by it: `--repair` looks at each object, and `--force` takes back what was left to somebody else.
fn looked_at(mut manifest: ObjectManifest, rules: DeployRules<'_>) -> ObjectManifest {
    if rules.repair {
        manifest.doubt();
    }
    if rules.force || rules.repair {
        manifest.left.clear();
    }
    manifest
}

/// The manifest that a storage has, with what tells it apart.
async fn read_manifest(store: &Store, target: &str) -> Result<Option<(ObjectManifest, UpdateVersion)>, Error> {
    let Some(stored) = store.read(manifest::NAME).await? else { return Ok(None) };
    let manifest = ObjectManifest::parse(&stored.bytes);
    let manifest = manifest.map_err(|cause| Error::new(format!("{target}{}", manifest::NAME), cause))?;
    Ok(Some((manifest, stored.version)))
}

/// The addresses under which paths of a site are read. The first page has two.
fn addresses(owner: &Owner, paths: BTreeSet<&str>) -> Result<Vec<Url>, Error> {
    let base_url = Url::parse(&owner.base_url).map_err(|err| Error::new(&owner.base_url, err.to_string()))?;
    let mut addresses = Vec::new();
    for path in paths.into_iter().filter(|path| *path != UNSERVED) {
        addresses.extend(base_url.join(path));
        if path == "index.html" {
            addresses.push(base_url.clone());
        }
    }
    Ok(addresses)
}
