//! A message as a mail (RFC 5322), with its text twice: as text, and as HTML.

use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue, To};
use lettre::message::{Mailbox, Mailboxes, MultiPart};
use uuid::Uuid;

use crate::facts::slug::slug_of;
use crate::post::html::text_of;
use crate::post::item::PostItem;
use crate::post::service::Message;
use crate::post::text::{HTML, html_link, write};
use crate::post::unsent::Unsent;
use crate::text::{first_words, one_line};

/// The longest subject, in characters, so that no line gets longer than 998 bytes (RFC 5322 §2.1.1).
const SUBJECT: usize = 900;

/// The mail of a message, and its id.
pub(super) fn mail(message: &Message<'_>, from: &Mailbox, to: &Mailboxes) -> Result<(String, lettre::Message), Unsent> {
    let domain = Some(from.email.domain()).filter(|domain| domain.is_ascii()).unwrap_or("patchfeed.invalid");
    let id = format!("<{}@{domain}>", name(message));
    let (text, html) = match message.items[..] {
        [item] if !message.is_issue && !item.html.is_empty() => whole(item),
        _ => (message.text.clone(), write(&message.lines, &HTML)),
    };
    let mut mail = lettre::Message::builder()
        .from(from.clone())
        .mailbox(To::from(to.clone()))
        .subject(first_words(&one_line(&message.subject), SUBJECT))
        .date_now()
        .message_id(Some(id.clone()))
        .multipart(MultiPart::alternative_plain_html(text, html))
        .map_err(|err| Unsent::Setup(format!("no mail can be made of it: {err}")))?;
    let mut set = |name: &'static str, value: String| {
        mail.headers_mut().insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    };
    set("Auto-Submitted", "auto-generated".to_owned()); // RFC 3834 §5: no machine answers it
    if !message.feed.is_empty() {
        set("List-Id", format!("<{}.{domain}>", slug_of(message.feed))); // RFC 2919 §2
    }
    // Readers put a mail below the last of its references that they have (RFC 5322 §3.6.4): the patch on its list.
    let patch = message.items.first().filter(|_| !message.is_issue).and_then(|item| item.message_id.as_deref());
    let patch = patch.filter(|id| is_id(id)).map(|id| format!("<{id}>"));
    let answers: Vec<String> = message.answers.iter().cloned().chain(patch).collect();
    if let Some(last) = answers.last() {
        set("In-Reply-To", last.clone());
        set("References", answers.join(" "));
    }
    Ok((id, mail))
}

/// What tells a mail from others: an item's mail is the same in every feed, so that readers show it once. A test is always new.
fn name(message: &Message<'_>) -> String {
    match message.items[..] {
        [item] if !message.is_issue => Uuid::new_v5(&Uuid::NAMESPACE_URL, item.id.as_bytes()).to_string(),
        [] => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
            format!("{}.{}", message.key, now.as_millis())
        }
        _ => message.key.clone(),
    }
}

/// An item's whole text, and the same as HTML, below its title and address.
fn whole(item: &PostItem) -> (String, String) {
    let text = format!("{}\n{}\n\n{}\n", item.title, item.url, text_of(&item.html));
    (text, format!("<p><b>{}</b></p>\n{}\n", html_link(&item.title, &item.url), item.html))
}

/// Whether a text is an id that a header takes as it stands (RFC 5322 §3.6.4).
fn is_id(id: &str) -> bool {
    id.len() <= SUBJECT && id.contains('@') && id.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte))
}
