//! The dialect of Markdown that newsletters are written in.

use pulldown_cmark::Options;

/// `CommonMark` with the tables and the strikethrough of GitHub.
pub(super) const DIALECT: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);
