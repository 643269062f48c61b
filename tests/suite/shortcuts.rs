//! What is found the short way is what the long way finds.

use patchfeed::{lore, series, subject, text};
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

/// What a title may begin with.
fn mark() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "v2: ",
        "v13: ",
        "[v2: ",
        "[PATCH] ",
        "[PATCH v3 2/7]",
        "[RFC PATCH net-next] ",
        "RFC: ",
        "RFCv2: ",
        "net-next: ",
        "bpf-next：",
        "V4:",
        "[x] ",
        "[PATCH x y v2] ",
        "Re: ",
        "RESEND: ",
        "net: net: ",
        "6.1-stable: ",
        " ",
        "回复: ",
        "[linux-riscv] v7: ",
    ])
}

fn rest() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(vec![
        "riscv:", "mm：", "fix", "Fix", "the", "[x]", "]", "cache", "内核", "ÄÖ", "ΑΣ", "a:Σ", "Σ", "a:b", "***",
        "lines", "v2", "[PATCH]", ":",
    ]);
    proptest::collection::vec(word, 0..7).prop_map(|words| words.join(" "))
}

/// What is known of the mail that an address leads to.
fn mail(address: &str) -> Option<(String, String, Option<String>)> {
    lore::read(address).map(|mail| (mail.message_id.to_string(), mail.url(), mail.list()))
}

fn key(title: &str) -> Option<String> {
    series::key(&subject::parse(title), &mut String::new()).map(ToOwned::to_owned)
}

fn family(title: &str) -> String {
    series::family(title, &mut String::new()).to_owned()
}

#[test]
fn versions_of_a_patch_are_of_one_family() {
    let titles = [
        "v2: riscv: Fix the cache lines",
        "[PATCH 1/2] riscv: fix the cache lines",
        "RFC v1: riscv: fix the Cache lines",
    ];
    for title in titles {
        assert_eq!(key(title).as_deref(), Some("\nriscv: fix the cache lines"));
        assert_eq!(family(title), "fix the cache lines");
    }
    // The sigma at the end of a word is another letter, and what is an end depends on what stands before the colon.
    let [capital, last] = ["v1: abc:Σ lines of the cache", "v2: abc:ς lines of the cache"];
    assert_eq!(key(capital), key(last));
    assert_eq!(family(capital), family(last));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_archives_address_is_read_as_the_parser_of_addresses_does(address in address()) {
        // The parser knows schemes in upper case, the short way doesn't.
        prop_assert_eq!(mail(&format!("https://{address}")), mail(&format!("HTTPS://{address}")));
    }

    #[test]
    fn titles_with_one_key_are_of_one_family(one in mark(), other in mark(), rest in rest(), upper in any::<bool>()) {
        let again = if upper { rest.to_uppercase() } else { rest.replace('Σ', "ς") };
        let [one, other] = [(one, rest), (other, again)].map(|(mark, rest)| text::one_line(&format!("{mark}{rest}")));
        if key(&one).is_some() && key(&one) == key(&other) {
            prop_assert_eq!(family(&one), family(&other), "{} and {}", one, other);
        }
    }

    #[test]
    fn what_is_replaced_eight_bytes_at_a_time_is_replaced_everywhere(text in "([\"&<>'!%;=?a-c\u{80}-\u{FF}内\u{1F600}]|[ -~]){0,40}") {
        static SOME: text::Replacements = text::replacements(&[(b'"', "1"), (b'&', "22"), (b'<', "333"), (b'>', "4"), (b'\'', "5")]);
        let mut replaced = "before".to_owned();
        text::push_replaced(&mut replaced, &text, &SOME);
        let expected = text.replace('"', "1").replace('&', "22").replace('<', "333").replace('>', "4").replace('\'', "5");
        prop_assert_eq!(replaced, "before".to_owned() + &expected);
    }
}
