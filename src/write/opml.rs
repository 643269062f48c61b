//! OPML 2.0: the list of feeds that readers import.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// One feed of the list.
#[derive(Debug)]
pub(crate) struct Outline {
    /// The feed's name. `text` and `title`.
    pub(crate) title: String,
    /// What it holds. `description`.
    pub(crate) description: String,
    /// The feed. `xmlUrl`.
    pub(crate) feed_url: String,
    /// Its page. `htmlUrl`.
    pub(crate) page_url: String,
    /// Its language. `language`.
    pub(crate) language: String,
}

/// The document. `type="rss"` means any feed (OPML 2.0, "subscription lists").
pub(crate) fn document(title: &str, outlines: &[Outline]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // A Vec takes every byte, so writing can't fail.
    let _ = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    let _ = writer.create_element("opml").with_attribute(("version", "2.0")).write_inner_content(|writer| {
        writer.create_element("head").write_inner_content(|writer| {
            writer.create_element("title").write_text_content(BytesText::new(title))?;
            Ok(())
        })?;
        writer.create_element("body").write_inner_content(|writer| {
            for outline in outlines {
                writer
                    .create_element("outline")
                    .with_attributes([
                        ("type", "rss"),
                        ("text", outline.title.as_str()),
                        ("title", outline.title.as_str()),
                        ("description", outline.description.as_str()),
                        ("language", outline.language.as_str()),
                        ("xmlUrl", outline.feed_url.as_str()),
                        ("htmlUrl", outline.page_url.as_str()),
                    ])
                    .write_empty()?;
            }
            Ok(())
        })?;
        Ok(())
    });
    String::from_utf8(writer.into_inner()).expect("what is written comes from strings") + "\n"
}
