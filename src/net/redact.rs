//! Addresses without their secrets, for messages and names.

use url::Url;

/// The source without the password in its address. For the web the user name goes too: it may be an access token.
pub fn redacted(source: &str) -> String {
    match Url::parse(source) {
        Ok(mut address) if address.password().is_some() || !address.username().is_empty() => {
            if address.scheme().contains("http") {
                let _ = address.set_username("");
            }
            let _ = address.set_password(None);
            address.to_string()
        }
        _ => source.to_owned(),
    }
}
