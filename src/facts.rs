//! What the field knows: newsletters and their sections, subject lines, archives of mail, licences, languages.

pub(crate) mod forge;
pub(crate) mod heading;
pub mod language;
mod language_tag;
pub mod license;
pub mod lore;
pub(crate) mod near;
pub mod newsletter;
pub mod organisation;
pub(crate) mod person;
pub(crate) mod rvlwn;
pub mod section;
pub mod slug;
pub mod subject;
pub mod zone;
