//! Many addresses at once, few at a host.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use super::visit::{Visitor, visit};
use super::wanted::{Fetched, HostTrouble, Wanted};
use crate::interrupt;

/// How many requests go to a host at once.
const AT_A_HOST: usize = 4;

/// How many go to all hosts together.
const AT_ALL: usize = 16;

/// How often in a row a server may not answer before it isn't asked any more.
const SILENCE: usize = 3;

/// What came of each of them, in their order; fewer after a signal to stop, and where a server wants to be left alone or doesn't answer.
pub(super) fn visit_all(visitor: Visitor<'_>, wanted: Vec<Wanted>) -> Vec<Fetched> {
    let mut lanes: BTreeMap<(String, usize), Vec<(usize, Wanted)>> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (at, wanted) in wanted.into_iter().enumerate() {
        let host = wanted.address.host_str().unwrap_or_default().to_owned();
        let count = counts.entry(host.clone()).or_default();
        lanes.entry((host, *count % AT_A_HOST)).or_default().push((at, wanted));
        *count += 1;
    }
    let workers = lanes.len().min(AT_ALL);
    let lanes = Mutex::new(lanes.into_values());
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some(lane) = lanes.lock().ok().and_then(|mut lanes| lanes.next()) {
            let mut silent = 0;
            for (at, wanted) in lane.into_iter().take_while(|_| !interrupt::is_caught()) {
                let fetched = visit(visitor, wanted);
                let trouble = fetched.trouble;
                done.lock().expect("no thread fails").push((at, fetched));
                silent = if trouble == Some(HostTrouble::Silent) { silent + 1 } else { 0 };
                if trouble == Some(HostTrouble::Busy) || silent == SILENCE {
                    break;
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            let _ = thread::Builder::new().spawn_scoped(scope, work); // where no thread is allowed, this one does all
        }
        work();
    });
    let mut done = done.into_inner().expect("no thread fails");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, fetched)| fetched).collect()
}
