//! Three small issues in the newsletter's form, for a first look: `patchfeed build` without issues publishes them.
//!
//! Titles and links are those of real patches; the texts were written for the sample.

use crate::config::FileSite;
use crate::source::Text;

const ISSUES: [(&str, &str); 3] = [
    ("sample/2023-05-07-19-28-47-rvlwn-45.md", include_str!("sample/2023-05-07-19-28-47-rvlwn-45.md")),
    ("sample/2023-05-22-12-50-26-rvlwn-46.md", include_str!("sample/2023-05-22-12-50-26-rvlwn-46.md")),
    ("sample/2023-06-05-17-07-35-rvlwn-47.md", include_str!("sample/2023-06-05-17-07-35-rvlwn-47.md")),
];

/// The sample issues.
pub fn texts() -> Vec<Text> {
    ISSUES.iter().map(|(name, text)| Text::of(name, text.as_bytes().to_vec())).collect()
}

/// The newsletter that the sample stands for: its feeds are not those of the real one.
pub fn site() -> FileSite {
    FileSite {
        title: Some("RISC-V Linux 内核及周边技术动态（示例）".to_owned()),
        address: Some("https://patchfeed.example/".to_owned()),
        ..FileSite::default()
    }
}
