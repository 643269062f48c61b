#![no_main]
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|bytes: &[u8]| fuzz::run("published", bytes));
fuzz_mutator!(|data: &mut [u8], size: usize, longest: usize, seed: u32| {
    // a block, as the macro wants it
    fuzz::mutate(data, size, longest, seed)
});
