//! E-mail, handed to a server over SMTP (RFC 5321) with lettre.
//!
//! A mail about an item has the item's whole text, as text and as HTML. It is known by its `Message-ID`, which is the same whenever it is
//! sent again: many readers then show it once, but no server promises that.

mod mail;

use std::error::Error as _;

use lettre::message::{Mailbox, Mailboxes};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailParameter};

use crate::post::account::Account;
use crate::post::service::{Connection, Message, Sending, Service, key, secret};
use crate::post::text::{PLAIN, bytes};
use crate::post::unsent::Unsent;
use crate::post::wire::{ServerPlace, failure, place};
use crate::text::{first_words, one_line};
use mail::mail;

/// The service.
pub(in crate::post) const EMAIL: Service = Service {
    name: "email",
    title: "e-mail",
    keys: &[
        key("server", "smtps://HOST, or smtp://HOST for one that encrypts with STARTTLS"),
        key("from", "the sender's address"),
        key("recipient", "the recipients' addresses, with commas between them"),
        key("account", "the account at the server, if it wants one"),
        secret("token", "the account's password"),
    ],
    needs: &[&["server", "from", "recipient"]],
    markup: &PLAIN,
    // Servers take at least 64 KiB (RFC 5321 §4.5.3.1.7), and all that are in use take 10 MB (postconf(5), message_size_limit).
    limit: 1 << 20,
    length: bytes,
    prefers_items: false,
    pace: None,
    knows_again: None,
    has_threads: true,
    sending: Sending::Connection(connect),
};

/// The ports of submission: in the clear until STARTTLS (RFC 6409 §3.1), and encrypted (RFC 8314 §3.3).
const PORTS: [u16; 2] = [587, 465];

/// A server may look at a mail's text for longer than it may be silent elsewhere: twice as long in RFC 5321 §4.5.3.2.6. Whoever doesn't
/// wait sends it twice.
const LOOKING: u32 = 10;

/// How much of a server's words is shown, in characters.
const WORDS: usize = 200;

struct Email {
    account: Account,
    place: ServerPlace,
    from: Mailbox,
    to: Mailboxes,
    smtp: Option<SmtpConnection>,
}

fn connect(account: Account) -> Result<Box<dyn Connection>, Unsent> {
    let place = place(account.need("server"), ("smtp", PORTS[0]), ("smtps", PORTS[1]))?;
    let from = account.need("from").parse().map_err(|err| wrong("from", err))?;
    let to = account.need("recipient").parse().map_err(|err| wrong("recipient", err))?;
    let smtp = Some(sign_in(&account, &place)?);
    Ok(Box::new(Email { account, place, from, to, smtp }))
}

fn wrong(key: &str, err: lettre::address::AddressError) -> Unsent {
    Unsent::Setup(format!("`{key}` must be an address, such as name@example.org: {err}"))
}

/// Connects to the server, encrypted unless it is on this machine, and signs in.
fn sign_in(account: &Account, place: &ServerPlace) -> Result<SmtpConnection, Unsent> {
    let trouble = |err| trouble(account, &err, false);
    // The client has no name that the server could look up (RFC 5321 §4.1.4).
    let hello = ClientId::default();
    let tls = TlsParameters::new(place.host.clone()).map_err(trouble)?;
    let address = (place.host.as_str(), place.port);
    let encrypted = place.is_encrypted.then_some(&tls);
    let mut smtp = SmtpConnection::connect(address, Some(account.timeout), &hello, encrypted, None).map_err(trouble)?;
    if !place.is_encrypted && !place.is_loopback() {
        if !smtp.can_starttls() {
            let words = "the server offers no encryption, so nothing was sent to it; try smtps:// in `server`";
            return Err(Unsent::Setup(words.to_owned()));
        }
        smtp.starttls(&tls, &hello).map_err(trouble)?;
    }
    match (account.get("account"), account.get("token")) {
        (Some(name), Some(token)) => {
            let credentials = Credentials::new(name.to_owned(), token.to_owned());
            smtp.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).map_err(trouble)?;
        }
        (None, None) => {}
        _ => return Err(Unsent::Setup("`account` and the token need each other: set both, or none".to_owned())),
    }
    Ok(smtp)
}

impl Connection for Email {
    fn send(&mut self, message: &Message<'_>) -> Result<Option<String>, Unsent> {
        let (id, mail) = mail(message, &self.from, &self.to)?;
        // Servers hang up on who says nothing for minutes, as a run does that was told to wait.
        let mut smtp = match self.smtp.take().and_then(|mut smtp| smtp.test_connected().then_some(smtp)) {
            Some(smtp) => smtp,
            None => sign_in(&self.account, &self.place)?,
        };
        begin(&mut smtp, mail.envelope()).map_err(|err| trouble(&self.account, &err, false))?;
        let patience = self.account.timeout.saturating_mul(LOOKING);
        let sent = smtp.set_timeout(Some(patience)).map_err(|err| failure(&err, false));
        sent.and_then(|()| smtp.message(&mail.formatted()).map_err(|err| trouble(&self.account, &err, true)))?;
        let _ = smtp.set_timeout(Some(self.account.timeout));
        self.smtp = Some(smtp);
        Ok(Some(id))
    }
}

impl Drop for Email {
    fn drop(&mut self) {
        if let Some(smtp) = &mut self.smtp {
            let _ = smtp.quit();
        }
    }
}

/// Tells the server who sends a mail to whom, and that its text comes next (RFC 5321 §3.3).
fn begin(
    smtp: &mut SmtpConnection,
    envelope: &lettre::address::Envelope,
) -> Result<(), lettre::transport::smtp::Error> {
    let is_ascii = envelope.to().iter().chain(envelope.from()).all(|address| AsRef::<str>::as_ref(address).is_ascii());
    let parameters = if is_ascii { Vec::new() } else { vec![MailParameter::SmtpUtfEight] }; // RFC 6531 §3.4
    smtp.command(Mail::new(envelope.from().cloned(), parameters))?;
    for recipient in envelope.to() {
        smtp.command(Rcpt::new(recipient.clone(), Vec::new()))?;
    }
    smtp.command(Data).map(drop)
}

/// What an error means: 4yz is "come again", and nothing happened; 5yz is about the text if the server has that, else about the account
/// or the addresses (RFC 5321 §4.2.1).
fn trouble(account: &Account, err: &lettre::transport::smtp::Error, has_text: bool) -> Unsent {
    let words = match (err.status(), err.source()) {
        (Some(code), Some(said)) => format!("the server answered {code}: {said}"),
        (None, Some(said)) => said.to_string(),
        _ => err.to_string(),
    };
    let words = first_words(&one_line(&account.http.without_secrets(&words)), WORDS);
    match err.status() {
        Some(_) if err.is_transient() => Unsent::Busy(None),
        Some(_) if has_text => Unsent::Refused(words),
        Some(_) => Unsent::Setup(words),
        None if has_text => failure(err, true),
        None if err.is_client() || err.is_tls() => Unsent::Setup(words),
        None => failure(err, false),
    }
}
