//! What the targets of `cargo fuzz` have in common.

mod mutate;
mod targets;

/// Gives bytes to a target.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = targets::TARGETS.into_iter().find(|(known, _)| *known == name).expect("there is such a target");
    target(bytes);
}

/// Changes the first `size` bytes of `data`, which has room for `longest`: in half of the cases as libFuzzer does, which
/// knows what the program compares with, else as people do. Returns the new size.
pub fn mutate(data: &mut [u8], size: usize, longest: usize, seed: u32) -> usize {
    if seed % 2 == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, longest);
    }
    let input = data[..size].to_vec();
    let changed = mutate::mutated(&input, &input, &mut mutate::Numbers(u64::from(seed)));
    let size = changed.len().min(longest);
    data[..size].copy_from_slice(&changed[..size]);
    size
}
