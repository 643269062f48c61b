//! The program `patchfeed`.

mod command;
mod threads;

use std::process::ExitCode;

use patchfeed::interrupt;

/// Items are made by one thread and freed by another, which glibc's malloc does slowly: jemalloc saves a sixth of a build's time.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    interrupt::watch();
    threads::start();
    let code = command::run();
    interrupt::end_if_caught();
    code
}
