//! What the robots of groups in Feishu, `DingTalk` and `WeCom` have in common: signatures, and errors in answers that look good.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use super::account::Account;
use super::http::json_request;
use super::unsent::Unsent;

/// A signature: the HMAC-SHA256 (RFC 2104) of some words, in Base64.
pub(super) fn signature(key: &str, words: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key may have any length");
    mac.update(words.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// Sends a message to a robot, which says in its JSON what came of it: a number, 0 if all is well, and nothing of it in the status.
///
/// # Errors
/// What `meaning` makes of another number and the server's words; else what the status means.
pub(super) fn tell(
    account: &Account,
    url: &str,
    body: &Value,
    number: &str,
    meaning: fn(i64, String) -> Unsent,
) -> Result<(), Unsent> {
    let answer = account.http.answer(json_request(url, None, body))?;
    match answer.json.get(number).and_then(Value::as_i64) {
        Some(0) => account.http.judge(answer).map(|_| ()),
        Some(code) => Err(meaning(code, format!("{}, error {code}", account.http.said(&answer)))),
        None => {
            let said = account.http.said(&answer);
            account.http.judge(answer)?;
            Err(Unsent::Setup(format!("no robot answers at the address that `url` holds: {said}")))
        }
    }
}
