//! Three small issues in the newsletter's form, for a first look: `patchfeed build` publishes them if it is given none.
//!
//! Titles and links are those of real patches; the texts were written for the sample.

use super::text::Text;

/// The title of the sample newsletter. It differs from the real one so that nobody mistakes the sample's feeds for it.
pub const TITLE: &str = "RISC-V Linux 内核及周边技术动态（示例）";

/// The address of the sample newsletter, which leads nowhere (`.example` is reserved, RFC 2606 §2).
pub const ADDRESS: &str = "https://patchfeed.example/";

const ISSUES: [(&str, &str); 3] = [
    ("sample/2023-05-07-19-28-47-rvlwn-45.md", include_str!("sample/2023-05-07-19-28-47-rvlwn-45.md")),
    ("sample/2023-05-22-12-50-26-rvlwn-46.md", include_str!("sample/2023-05-22-12-50-26-rvlwn-46.md")),
    ("sample/2023-06-05-17-07-35-rvlwn-47.md", include_str!("sample/2023-06-05-17-07-35-rvlwn-47.md")),
];

/// The sample issues, oldest first.
pub fn texts() -> Vec<Text> {
    ISSUES.iter().map(|(name, text)| Text::new(name, text.as_bytes().to_vec())).collect()
}
