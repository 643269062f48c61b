//! IRC (RFC 2812): a line an item, with its title and its link. Other words of a message are left out.
//!
//! Lines go out as PRIVMSG, since servers must not say what is wrong with a NOTICE (§3.3.2). Each message is followed by a PING: once the
//! PONG is there, the server has taken all that came before.

mod line;
mod session;

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::post::account::Account;
use crate::post::service::{Connection, Message, Sending, Service, key, key_or, secret};
use crate::post::text::{Markup, bytes};
use crate::post::unsent::Unsent;
use line::{link, no_words, pieces};
use session::Session;

/// The service.
pub(in crate::post) const IRC: Service = Service {
    name: "irc",
    title: "IRC",
    keys: &[
        key("server", "ircs://HOST, or irc://HOST for one without encryption"),
        key("channel", "the channel, such as #patches"),
        key_or("nick", "what it is called there; if that is taken, it takes another", "patchfeed"),
        key("account", "the account at the server, if it wants one"),
        secret("token", "the account's password; without an account, the server's"),
    ],
    needs: &[&["server", "channel"]],
    markup: &Markup { words: no_words, strong: str::to_owned, link, line_break: "\n", has_links: false },
    limit: 2000, // five lines or so of what is one message here: little comes twice if it breaks off
    length: bytes,
    prefers_items: true,
    pace: None, // lines have one
    knows_again: None,
    has_threads: false,
    sending: Sending::Connection(connect),
};

/// What follows `PRIVMSG` may be sent in bursts of four, then every two seconds: half of what servers allow (RFC 1459 §8.10).
const PACE: Duration = Duration::from_secs(2);
const BURST: u32 = 4;

/// The longest line, with what the server puts before it for others, in bytes (RFC 2812 §2.3), and the user's and the host's share of
/// that: `!~patchfeed@`, and 63 bytes at most (RFC 2812 §1.2.1, §2.3.1).
const LINE: usize = 512;
const USER: usize = 12 + 63;

struct Irc {
    session: Session,
    /// When the lines that were sent have been paid for.
    paid: Instant,
}

fn connect(account: Account) -> Result<Box<dyn Connection>, Unsent> {
    Ok(Box::new(Irc { session: Session::begin(account)?, paid: Instant::now() }))
}

impl Connection for Irc {
    fn send(&mut self, message: &Message<'_>) -> Result<Option<String>, Unsent> {
        let text = if message.items.is_empty() { &message.subject } else { &message.text };
        let Self { session, paid } = self;
        let before = format!(":{} PRIVMSG {} :\r\n", session.nick, session.channel).len() + USER;
        for piece in text.lines().flat_map(|line| pieces(line, LINE.saturating_sub(before))) {
            let now = Instant::now();
            sleep(paid.saturating_duration_since(now + PACE * (BURST - 1)));
            *paid = (*paid).max(now) + PACE;
            session.say(&format!("PRIVMSG {} :{piece}", session.channel))?;
        }
        session.wait_until_taken()?;
        Ok(None)
    }
}
