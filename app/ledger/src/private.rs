//! Files and folders that only their owner can open, from the moment they are there.
//!
//! SQLite gives a log the rights of its database, so that making the database here is enough.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

/// Makes a folder with what is missing above it.
#[cfg(unix)]
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Takes everybody else's rights to a folder away. A file system that knows no rights changes nothing.
#[cfg(unix)]
pub(crate) fn close_folder(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
}

/// Options for a file that is made if need be.
#[cfg(unix)]
pub(crate) fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create(true).truncate(false).mode(0o600);
    options
}

/// The folder gets the rights of the folder above it: the installer gives those of the data folder to the
/// office's users. Untested.
#[cfg(not(unix))]
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// See [`make_folder`]. Untested.
#[cfg(not(unix))]
pub(crate) fn close_folder(_: &Path) {}

/// See [`make_folder`]. Untested.
#[cfg(not(unix))]
pub(crate) fn options() -> OpenOptions {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    options
}

/// Makes an empty file, or empties the one that is there.
pub(crate) fn create(file: &Path) -> io::Result<File> {
    options().truncate(true).open(file)
}
