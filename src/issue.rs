//! An issue: what its file's name, its front matter and its first lines say of it, and the entries that it lists.

mod day;
mod front_matter;
mod model;
mod numbers;
mod parts;
mod preface;
mod read;
mod time;
mod when;

pub(crate) use day::month_named;
pub(crate) use model::{BadDate, Issue, NumberGiven};
pub(crate) use numbers::stem;
pub(crate) use read::{DocumentIssues, headings, read};
pub(crate) use when::When;
