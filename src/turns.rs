//! Pieces of work that threads share, with steps that have to be taken in the order of the pieces.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::diagnostic::Error;

/// Something that pieces use one after the other, each in its turn.
#[derive(Debug)]
pub struct Turns<S> {
    state: Mutex<State<S>>,
    moved: Condvar,
}

#[derive(Debug)]
struct State<S> {
    /// The piece whose turn it is.
    turn: usize,
    stopped: bool,
    shared: S,
}

/// Why a piece is not done.
#[derive(Debug)]
pub enum Failure {
    /// Something failed.
    Error(Error),
    /// Another piece failed, so that the turn of this one will never come.
    Stopped,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl<S> Turns<S> {
    /// Nobody had a turn yet.
    pub fn new(shared: S) -> Self {
        Self { state: Mutex::new(State { turn: 0, stopped: false, shared }), moved: Condvar::new() }
    }

    /// Takes the step of a piece, as soon as all before it have taken theirs. None is taken after one that fails.
    ///
    /// # Errors
    /// That of the step; the turn never comes.
    pub fn step<R>(&self, piece: usize, step: impl FnOnce(&mut S) -> Result<R, Error>) -> Result<R, Failure> {
        let mut state = self.lock();
        while state.turn != piece && !state.stopped {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return Err(Failure::Stopped);
        }
        let result = step(&mut state.shared);
        state.turn += 1;
        state.stopped = result.is_err();
        drop(state);
        self.moved.notify_all();
        Ok(result?)
    }

    /// What is left when all have had their turns.
    pub fn into_inner(self) -> S {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).shared
    }

    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where turns can be ended, whatever is taken in them.
pub trait Stop: Sync {
    /// No further turn comes.
    fn stop(&self);
}

impl<S: Send> Stop for Turns<S> {
    fn stop(&self) {
        self.lock().stopped = true;
        self.moved.notify_all();
    }
}

/// Does the work of so many pieces on all threads, each of which takes the next; `turns` are those that the work takes.
///
/// # Errors
/// That of a piece, the first of those that failed. No further piece is begun.
pub fn share(
    pieces: usize,
    turns: &[&dyn Stop],
    work: impl Fn(usize) -> Result<(), Failure> + Sync,
) -> Result<(), Error> {
    let next = AtomicUsize::new(0);
    let done = rayon::broadcast(|_| {
        let stop = StopOnDrop(turns);
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces {
                std::mem::forget(stop); // others may still work
                return Ok(());
            }
            work(piece).map_err(|failure| (piece, failure))?;
        }
    });
    let failed = done.into_iter().filter_map(Result::err).filter_map(|(piece, failure)| match failure {
        Failure::Error(error) => Some((piece, error)),
        Failure::Stopped => None,
    });
    failed.min_by_key(|(piece, _)| *piece).map_or(Ok(()), |(_, error)| Err(error))
}

/// Ends the turns of a thread that fails or panics, lest the others wait for it.
struct StopOnDrop<'a>(&'a [&'a dyn Stop]);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(|turns| turns.stop());
    }
}
