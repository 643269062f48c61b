//! 《RISC-V Linux 内核及周边技术动态》, the newsletter that patchfeed was made for: all of its defaults.

/// Its name.
pub(crate) const TITLE: &str = "RISC-V Linux 内核及周边技术动态";

/// Its web site, which an issue's `permalink` is relative to. It also names the feeds.
pub(crate) const ADDRESS: &str = "https://tinylab.org/";

/// Its language (BCP 47).
pub(crate) const LANGUAGE: &str = "zh-CN";

/// The time zone of its dates, in seconds east of UTC.
pub(crate) const UTC_OFFSET: i32 = 8 * 3600;

/// What the names of its issues' files contain: `2023-05-07-19-28-47-rvlwn-45.md`.
const FILE_MARK: &str = "rvlwn";

/// A section of the newsletter.
pub(crate) struct BuiltInSection {
    /// Names its feed's files; never changed once published.
    pub(crate) slug: &'static str,
    /// The heading that begins it. Slug and English title do, too.
    pub(crate) heading: &'static str,
    /// Its Chinese title.
    pub(crate) zh: &'static str,
    /// Its English title.
    pub(crate) en: &'static str,
}

/// Its sections, in the order in which feeds are listed.
pub(crate) const SECTIONS: &[BuiltInSection] = &[
    BuiltInSection { slug: "riscv", heading: "RISC-V 架构支持", zh: "RISC-V 架构支持", en: "RISC-V" },
    BuiltInSection { slug: "sched", heading: "进程调度", zh: "进程调度", en: "Scheduler" },
    BuiltInSection { slug: "mm", heading: "内存管理", zh: "内存管理", en: "Memory management" },
    BuiltInSection { slug: "fs", heading: "文件系统", zh: "文件系统", en: "File systems" },
    BuiltInSection { slug: "net", heading: "网络设备", zh: "网络设备", en: "Networking" },
    BuiltInSection { slug: "security", heading: "安全增强", zh: "安全增强", en: "Security" },
    BuiltInSection { slug: "io-uring", heading: "异步 IO", zh: "异步 IO", en: "Asynchronous I/O" },
    BuiltInSection { slug: "rust", heading: "Rust For Linux", zh: "Rust For Linux", en: "Rust for Linux" },
    BuiltInSection { slug: "bpf", heading: "BPF", zh: "BPF", en: "BPF" },
    BuiltInSection { slug: "arm", heading: "ARM 架构支持", zh: "ARM 架构支持", en: "ARM" },
    BuiltInSection { slug: "x86", heading: "X86 架构支持", zh: "X86 架构支持", en: "x86" },
    BuiltInSection {
        slug: "loongarch", heading: "LoongArch 架构支持", zh: "LoongArch 架构支持", en: "LoongArch"
    },
    BuiltInSection { slug: "qemu", heading: "Qemu", zh: "QEMU", en: "QEMU" },
    BuiltInSection { slug: "u-boot", heading: "U-Boot", zh: "U-Boot", en: "U-Boot" },
    BuiltInSection { slug: "buildroot", heading: "Buildroot", zh: "Buildroot", en: "Buildroot" },
];

/// Whether a text is an issue of this newsletter, by its file's name and its title. That other newsletters mention it or
/// link to it doesn't count.
pub(crate) fn is_issue(file_name: &str, title: Option<&str>) -> bool {
    file_name.contains(FILE_MARK) || title.is_some_and(|title| title.contains(TITLE))
}
