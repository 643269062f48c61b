//! Files: what everything that touches the file system does alike.
//!
//! Only regular files are read and written: a pipe would keep a run waiting for ever, a device would never end. Whatever replaces a
//! file is complete before it has the file's name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The largest file of its own that patchfeed reads back: a list of files, a bot's memory, a document of a site.
pub const LARGEST: u64 = 1 << 30;

/// Opens a file with these options. Never waits, whatever stands at the path.
///
/// # Errors
/// A path that can't be opened, or that isn't a regular file.
pub fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    let options = {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut options = options.clone();
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
        options
    };
    if fs::metadata(path).is_ok_and(|now| !now.is_file()) {
        return Err(not_regular(path)); // opening some devices does something
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_regular(path)) }
}

fn not_regular(path: &Path) -> io::Error {
    io::Error::other(format!("this is {}, not a file", fs::metadata(path).map_or("gone", |now| what(now.file_type()))))
}

/// What stands at a path, in words for the user.
pub(crate) fn what(kind: fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    match kind {
        _ if kind.is_dir() => "a folder",
        _ if kind.is_file() => "a file",
        _ => "a device",
    }
}

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// A file that can't be read, isn't regular, or is larger.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open(path, OpenOptions::new().read(true))?;
    let length = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(limit)).unwrap_or(0));
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// Reads a text, as [`read`] reads bytes. None if there is no such file.
///
/// # Errors
/// Those of [`read`], and bytes that aren't UTF-8.
pub fn read_text(path: &Path) -> io::Result<Option<String>> {
    match read(path, LARGEST) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| io::Error::other("this isn't text in UTF-8")),
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(err) => Err(err),
    }
}

/// Creates a file in place of whatever stands there and isn't a folder.
///
/// # Errors
/// Any failure of the file system.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    match File::create_new(path) {
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            File::create_new(path)
        }
        result => result,
    }
}

/// Replaces a file: readers see the old bytes or the new ones, and so does the next start of the machine if `sync` is set.
///
/// # Errors
/// Any failure of the file system. The old file is then still there.
pub(crate) fn replace(path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    let new = with_ending(path, ".new");
    let written = create(&new).and_then(|mut file| {
        file.write_all(bytes)?;
        if sync { file.sync_all() } else { Ok(()) }
    });
    written.and_then(|()| fs::rename(&new, path)).inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}

/// The path with an ending added to its name.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Opens a file, which is created if needed, and locks it against other runs until it is dropped. None if another run has the lock
/// and this one isn't to `wait` for it.
///
/// The lock belongs to the file, whatever names it has. A file that is removed or replaced while a run waits for it is opened again.
///
/// # Errors
/// Any failure of the file system, and a path that isn't a regular file.
pub(crate) fn lock(path: &Path, wait: bool) -> io::Result<Option<File>> {
    loop {
        let file = open(path, OpenOptions::new().create(true).read(true).write(true))?;
        if wait {
            file.lock()?;
        } else {
            match file.try_lock() {
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => return Ok(None),
                Err(fs::TryLockError::Error(err)) => return Err(err),
            }
        }
        if is_at(&file, path) {
            return Ok(Some(file));
        }
    }
}

/// What two paths have in common if they lead to the same file or folder.
///
/// # Errors
/// A path that leads to nothing.
#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).map(|now| (now.dev(), now.ino())) // the real path of a deep folder takes long to find
}

/// What two paths have in common if they lead to the same file or folder.
///
/// # Errors
/// A path that leads to nothing.
#[cfg(not(unix))]
pub(crate) fn identity(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// Whether an open file still is the one at a path.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let identity = |now: fs::Metadata| (now.dev(), now.ino());
        match (file.metadata(), fs::metadata(path)) {
            (Ok(open), Ok(now)) => identity(open) == identity(now),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        file.metadata().is_ok() && path.exists()
    }
}

/// Gives a new file the permissions and, where that is allowed, the owner of the file that it will replace.
///
/// # Errors
/// Permissions that can't be set.
pub(crate) fn take_permissions(new: &File, old: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let now = new.metadata()?;
        if (now.uid(), now.gid()) != (old.uid(), old.gid()) {
            let _ = std::os::unix::fs::fchown(new, Some(old.uid()), Some(old.gid())); // only root may give files away
        }
        if now.mode() == old.mode() {
            return Ok(());
        }
    }
    new.set_permissions(old.permissions())
}

/// Has the disk keep room for so many bytes at a place behind a file's end, where the system can.
///
/// # Errors
/// A disk that is full.
pub(crate) fn make_room(file: &File, at: u64, bytes: u64) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{FallocateFlags, fallocate};
        match fallocate(file, FallocateFlags::KEEP_SIZE, at, bytes) {
            Err(err) if err != rustix::io::Errno::OPNOTSUPP => return Err(err.into()),
            _ => {}
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (file, at, bytes);
    Ok(())
}

/// Lets the system begin to write a file to its disk, so that a later [`sync`] has less to wait for.
pub(crate) fn start_writing(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

/// Writes everything that was changed in the file system of each folder to its disk.
///
/// # Errors
/// A disk that fails, or a folder that can't be opened.
pub(crate) fn sync<'a>(folders: impl Iterator<Item = &'a Path>) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt as _;
        let mut synced = std::collections::HashSet::new();
        for folder in folders {
            let folder = File::open(folder)?;
            if synced.insert(folder.metadata()?.dev()) {
                rustix::fs::syncfs(&folder)?;
            }
        }
        Ok(())
    }
    #[cfg(not(target_os = "linux"))]
    {
        // There is no call for a whole file system: what stands in the folders is synced file by file.
        for folder in folders {
            for entry in fs::read_dir(folder)?.flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                    File::open(entry.path())?.sync_all()?;
                }
            }
        }
        Ok(())
    }
}
