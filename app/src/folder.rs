//! Where the data lives.

use std::path::PathBuf;

use crate::failure::AppError;

/// The folder named on the command line or in `MOTCUA_DATA`, else the user's own data folder.
pub fn data(named: Option<PathBuf>) -> Result<PathBuf, AppError> {
    named
        .or_else(|| {
            directories::ProjectDirs::from("vn", "motcua", "motcua")
                .map(|dirs| dirs.data_dir().to_path_buf())
        })
        .ok_or(AppError::NoFolder)
}
