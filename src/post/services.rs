//! The services: a file each, with a constant that says what the service is, and what sends a message; and their table.

mod bluesky;
mod dingtalk;
mod discord;
mod email;
mod feishu;
mod irc;
mod mastodon;
mod matrix;
mod mattermost;
mod ntfy;
mod slack;
mod telegram;
mod webhook;
mod wecom;
mod zulip;

use super::service::Service;
use crate::text::did_you_mean;

/// Every service.
pub static SERVICES: [&Service; 15] = [
    &matrix::MATRIX,
    &telegram::TELEGRAM,
    &slack::SLACK,
    &discord::DISCORD,
    &mattermost::MATTERMOST,
    &zulip::ZULIP,
    &feishu::FEISHU,
    &dingtalk::DINGTALK,
    &wecom::WECOM,
    &mastodon::MASTODON,
    &bluesky::BLUESKY,
    &ntfy::NTFY,
    &email::EMAIL,
    &irc::IRC,
    &webhook::WEBHOOK,
];

/// The service of a name.
///
/// # Errors
/// A name that no service has, in words.
pub fn service(name: &str) -> Result<&'static Service, String> {
    if let Some(service) = SERVICES.iter().find(|service| service.name == name) {
        return Ok(service);
    }
    let names = SERVICES.map(|service| service.name);
    let near = did_you_mean(name, names);
    let names = if near.is_empty() { format!("; the services are {}", names.join(", ")) } else { near };
    Err(format!("there is no service {name:?}{names}"))
}
