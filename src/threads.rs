//! The threads that read issues and make files, as many as there are processors; none where the system allows no threads.

use std::io;
use std::sync::mpsc;
use std::thread;

use rayon::{ThreadBuilder, ThreadPoolBuilder};

/// Starts the threads. They are there before they are given to rayon, which has no second try.
pub(crate) fn start() {
    let stated =
        std::env::var("RAYON_NUM_THREADS").ok().and_then(|count| count.parse().ok()).filter(|count| *count > 0);
    let count = stated.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let waiting: Result<Vec<Waiting>, io::Error> = (0..count).map(|_| Waiting::start()).collect();
    let started = match waiting {
        Ok(mut waiting) => ThreadPoolBuilder::new()
            .num_threads(count)
            .spawn_handler(|work| {
                waiting.pop().map_or(Err(io::ErrorKind::WouldBlock.into()), |thread| thread.take(work))
            })
            .build_global(),
        // Those that are allowed are left to what can't do without, such as programs that are run.
        Err(_) => ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global(),
    };
    debug_assert!(started.is_ok(), "{started:?}");
}

/// A thread that waits for its work; without work, it ends.
struct Waiting {
    work: mpsc::Sender<ThreadBuilder>,
}

impl Waiting {
    fn start() -> io::Result<Self> {
        let (work, given) = mpsc::channel::<ThreadBuilder>();
        thread::Builder::new().spawn(move || given.recv().map(ThreadBuilder::run))?;
        Ok(Self { work })
    }

    fn take(self, work: ThreadBuilder) -> io::Result<()> {
        self.work.send(work).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
