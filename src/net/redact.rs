//! Addresses without their secrets, for messages and names.

use url::Url;

/// What the names of parameters that hold secrets have in them.
const SECRET: [&str; 6] = ["auth", "key", "pass", "secret", "sig", "token"];

/// The source without the password in its address, and without the values of parameters such as `token`. For the web the user name goes
/// too: it may be an access token.
pub fn redacted(source: &str) -> String {
    let Ok(mut address) = Url::parse(source) else { return source.to_owned() };
    let has_user = address.password().is_some() || !address.username().is_empty();
    let has_secret = address.query_pairs().any(|(name, _)| is_secret(&name));
    if !has_user && !has_secret {
        return source.to_owned();
    }
    if address.scheme().contains("http") {
        let _ = address.set_username("");
    }
    let _ = address.set_password(None);
    if has_secret {
        let pairs: Vec<(String, String)> = address.query_pairs().into_owned().collect();
        let shown = pairs.iter().map(|(name, value)| (name, if is_secret(name) { "***" } else { value }));
        address.query_pairs_mut().clear().extend_pairs(shown);
    }
    address.to_string()
}

/// An address without a name and a password, which are shown nowhere.
pub(crate) fn without_user(mut address: Url) -> Url {
    let _ = (address.set_username(""), address.set_password(None)); // addresses that can have neither fail
    address
}

/// Gives an address the name and the password of another one on its site, if it has none.
pub(crate) fn take_user(address: &mut Url, of: &Url) {
    if address.origin() == of.origin() && address.username().is_empty() {
        let _ = (address.set_username(of.username()), address.set_password(of.password()));
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|word| name.contains(word))
}
