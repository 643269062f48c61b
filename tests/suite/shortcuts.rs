//! What is found the short way is what the long way would find.

use patchfeed::facts::lore;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(2023), failure_persistence: None, ..ProptestConfig::default() }
}

/// Addresses that lead to archives, nearly lead there, or seem to.
fn address() -> impl Strategy<Value = String> {
    let host = proptest::sample::select(vec![
        "lore.kernel.org",
        "lkml.kernel.org",
        "patch.msgid.link",
        "msgid.link",
        "example.org",
        "lore.kernel.org.",
        "lore.kernel.org:443",
        "a@lore.kernel.org",
        "example.org\\@lore.kernel.org",
        "",
        "lore%2Ekernel.org",
        "127.0.0.1",
    ]);
    let part = proptest::sample::select(vec![
        "/", "/", "/", "/bpf/", "/r/", "/all/", "/1@b/", "1", "a", "@", "%40", "%2F", "..", "/../", "/.%2e/", "%2e",
        ".", "_", "+", "=", "<", "%3C", ">", "?x=1", "#y", " ", "\t", "é", "\\", "%", "%ff", "|", "'", "\"", "T/#u",
    ]);
    (host, proptest::collection::vec(part, 0..8)).prop_map(|(host, parts)| format!("{host}{}", parts.concat()))
}

/// What is known of the mail that an address leads to.
fn mail(address: &str) -> Option<(String, String, Option<String>)> {
    lore::read(address).map(|mail| (mail.message_id.to_string(), mail.url(), mail.list()))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_archives_address_is_read_as_the_parser_of_addresses_does(address in address()) {
        // The parser knows schemes in upper case, the short way doesn't.
        prop_assert_eq!(mail(&format!("https://{address}")), mail(&format!("HTTPS://{address}")));
    }
}
