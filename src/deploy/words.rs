//! What the errors of storages mean to the user.

use std::error::Error as _;

use crate::error::Error;
use crate::text::one_line;

/// What storages call their errors, what that means, and what to do.
const CODES: [(&str, &str); 24] = [
    ("ExpiredToken", "the credentials have expired; get new ones"),
    ("TokenRefreshRequired", "the credentials have expired; get new ones"),
    ("InvalidAccessKeyId", "the storage doesn't know this access key; check AWS_ACCESS_KEY_ID"),
    ("InvalidClientTokenId", "the storage doesn't know this access key; check AWS_ACCESS_KEY_ID"),
    ("SignatureDoesNotMatch", "the secret key is wrong; check AWS_SECRET_ACCESS_KEY"),
    ("AuthenticationFailed", "the storage refuses the credentials; they are wrong, or have expired"),
    ("InvalidAuthenticationInfo", "the storage refuses the credentials; they are wrong, or have expired"),
    ("AuthorizationFailure", "the storage refuses the credentials; they are wrong, or have expired"),
    (
        "AuthorizationPermissionMismatch",
        "the credentials may not do this; give them leave to read, write, list and delete",
    ),
    ("RequestTimeTooSkewed", "this machine's clock is wrong"),
    ("NoSuchBucket", "there is no such bucket; make it first"),
    ("ContainerNotFound", "there is no such container; make it first"),
    ("InvalidBucketName", "no bucket can have this name"),
    ("InvalidResourceName", "no container can have this name"),
    ("PermanentRedirect", "the bucket is in another region; set AWS_REGION"),
    ("AuthorizationHeaderMalformed", "the bucket is in another region; set AWS_REGION"),
    ("IllegalLocationConstraintException", "the bucket is in another region; set AWS_REGION"),
    ("QuotaExceeded", "the storage is full: its quota is used up"),
    ("XMinioStorageFull", "the storage is full"),
    ("XMinioAdminBucketQuotaExceeded", "the bucket is full: its quota is used up"),
    ("InsufficientStorage", "the storage is full"),
    ("EntityTooLarge", "the object is larger than the storage takes"),
    ("AccessDenied", "the credentials may not do this; give them leave to read, write, list and delete"),
    ("SlowDown", "the storage is asked too much, and went on to say so; try again later, or with fewer --jobs"),
];

/// How `object_store` says what its settings lack, and the variable that has it.
const MISSING: [(&str, &str); 3] = [
    ("Missing SecretAccessKey", "AWS_SECRET_ACCESS_KEY"),
    ("Missing AccessKeyId", "AWS_ACCESS_KEY_ID"),
    ("Account must be specified", "AZURE_STORAGE_ACCOUNT_NAME"),
];

/// An error of a storage, in words.
pub(super) fn error(subject: &str, err: &object_store::Error) -> Error {
    Error::new(subject, cause(subject, err))
}

fn cause(subject: &str, err: &object_store::Error) -> String {
    if asks_for_credentials(err) {
        return no_credentials(subject);
    }
    let said = innermost(err);
    let status = status(&said);
    if let Some((_, words)) = CODES.iter().find(|(code, _)| names(&said, code)) {
        return (*words).to_owned();
    }
    let missing = MISSING.iter().find(|(words, _)| said.contains(words));
    if let Some((_, variable)) = missing {
        return format!("{variable} isn't set");
    }
    match (status, element(&said, "Message")) {
        (Some(507), _) => "the storage is full".to_owned(),
        (Some(401), None) => "the storage refuses the credentials; they are wrong, or have expired".to_owned(),
        (Some(403), None) => {
            "the credentials may not do this; give them leave to read, write, list and delete".to_owned()
        }
        (Some(404), None) => "there is no such bucket or container; make it first".to_owned(),
        (Some(status), Some(message)) => format!("the storage answered {status}: {message}"),
        (Some(status), None) => format!("the storage answered {status}"),
        (None, _) => one_line(said.trim_start_matches("HTTP error: ")),
    }
}

/// What to set where there are no credentials.
fn no_credentials(subject: &str) -> String {
    let names = match subject.split("://").next() {
        Some("s3") => "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        Some("gs") => "GOOGLE_SERVICE_ACCOUNT, the path of an account's key",
        _ => "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
    };
    format!("there are no credentials in the environment; set {names}")
}

/// Whether it was an address that gives credentials within a cloud that failed, which is asked when the environment has none.
fn asks_for_credentials(err: &object_store::Error) -> bool {
    let all = err.to_string();
    ["http://169.254.", "http://metadata.google"].iter().any(|address| all.contains(address))
}

/// Whether it is the bucket that isn't there, rather than an object.
pub(super) fn lacks_bucket(err: &object_store::Error) -> bool {
    let said = innermost(err);
    ["NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist"].iter().any(|code| said.contains(code))
}

/// Whether a storage answered at all.
pub(super) fn has_answer(err: &object_store::Error) -> bool {
    status(&innermost(err)).is_some()
}

/// Whether a storage answered with this status.
pub(super) fn has_status(err: &object_store::Error, wanted: u16) -> bool {
    status(&innermost(err)) == Some(wanted)
}

/// What the cause at the bottom of an error says.
fn innermost(err: &object_store::Error) -> String {
    let mut source = err.source();
    let mut said = err.to_string();
    while let Some(inner) = source {
        said = inner.to_string();
        source = inner.source();
    }
    said
}

/// The status that `object_store`'s words name.
fn status(said: &str) -> Option<u16> {
    let rest = said.split_once("status code: ")?.1;
    rest.get(..3)?.parse().ok()
}

/// Whether an answer names an error.
fn names(said: &str, code: &str) -> bool {
    element(said, "Code") == Some(code) || said.contains(&format!("\"{code}\"")) || said.contains(&format!("{code}:"))
}

/// The text of an element in an answer.
fn element<'a>(said: &'a str, name: &str) -> Option<&'a str> {
    let rest = said.split_once(&format!("<{name}>"))?.1;
    Some(rest.split_once(&format!("</{name}>"))?.0.lines().next().unwrap_or_default())
}
