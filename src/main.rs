//! The program `patchfeed`.

mod command;
mod threads;

use std::process::ExitCode;

use patchfeed::{interrupt, rescue};

/// Items are made by one thread and freed by another, which glibc's malloc does slowly: jemalloc saves a sixth of a build's time.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    rescue::hush();
    interrupt::watch();
    threads::start();
    let code = rescue::rescue(command::run).unwrap_or_else(|words| {
        command::say_error(&format!("patchfeed has a defect, please report it: {words}"));
        ExitCode::FAILURE
    });
    interrupt::end_if_caught();
    code
}
