//! Why a message isn't sent.

use std::time::Duration;

/// Why a message wasn't sent. No words hold a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsent {
    /// The service takes no more for now; holds how long it wants to be left alone, if it says so. Nothing was sent.
    Busy(Option<Duration>),
    /// The service can't be reached: nothing was sent.
    Unreachable(String),
    /// No answer, or one that doesn't tell whether the message was sent.
    Unclear(String),
    /// The service answered that it failed, which doesn't tell how far it came.
    Failed(String),
    /// This message is wrong; another one may be right.
    Refused(String),
    /// No message will do until somebody mends the settings or the service.
    Setup(String),
}
