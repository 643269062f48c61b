//! The tags of a web page, as browsers find them: none within comments, scripts or texts.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// The elements that hold text alone, of which a page may have much.
const RAW: [(&str, RawKind); 8] = [
    ("script", ScriptData),
    ("style", Rawtext),
    ("xmp", Rawtext),
    ("iframe", Rawtext),
    ("noembed", Rawtext),
    ("noframes", Rawtext),
    ("textarea", Rcdata),
    ("title", Rcdata),
];

/// A tag that begins an element.
#[derive(Debug)]
pub(super) struct PageTag(Tag);

impl PageTag {
    /// The element's name, in lower case.
    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.0.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
    }
}

/// Keeps the tags of some elements.
struct TagSink {
    wanted: &'static [&'static str],
    found: RefCell<Vec<PageTag>>,
}

impl TokenSink for TagSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        if tag.kind == TagKind::EndTag {
            return TokenSinkResult::Continue;
        }
        let raw = RAW.iter().find(|(name, _)| *name == &*tag.name).map(|(_, kind)| *kind);
        if self.wanted.contains(&&*tag.name) {
            self.found.borrow_mut().push(PageTag(tag));
        }
        raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }
}

/// The tags of a page that begin elements of some names, in its order.
pub(super) fn tags(html: &str, wanted: &'static [&'static str]) -> Vec<PageTag> {
    let tokenizer = Tokenizer::new(TagSink { wanted, found: RefCell::default() }, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&input); // it stops for scripts alone, which the sink never reports
    tokenizer.end();
    tokenizer.sink.found.into_inner()
}
