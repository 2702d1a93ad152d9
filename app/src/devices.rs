//! Which devices this machine uses: its own affair, so a small file beside the ledger and no entry in it.
//! It holds names of ports, cameras and a folder, and nothing of people; without it everything works but
//! the serial scanner.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use identity::code::port::Port;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{failure::AppError, signing::remote::Contract};

/// Name of the file in the data folder.
const FILE: &str = "devices.json";
/// Longer is no such file.
const LIMIT: u64 = 64 << 10;

/// The devices that were chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    /// The serial scanner.
    #[serde(default)]
    pub scanner: Option<Port>,
    /// The camera, by its name: numbers change when it is plugged in elsewhere.
    #[serde(default)]
    pub camera: Option<String>,
    /// The counter at which this machine stands, by its name.
    #[serde(default)]
    pub seat: Option<String>,
    /// The folder from which the last file was taken: where this machine's scanner lays its pages.
    #[serde(default)]
    pub files: Option<PathBuf>,
    /// The folder that is watched for new scans.
    #[serde(default)]
    pub watched: Option<PathBuf>,
    /// The library (PKCS#11) of the signing token; without one the usual places are looked through.
    #[serde(default)]
    pub token: Option<PathBuf>,
    /// The address of the time-stamping service; without one signatures stay as they were made.
    #[serde(default)]
    pub tsa: Option<String>,
    /// The service of remote signing, as the office agreed with its provider. It holds no secret.
    #[serde(default, deserialize_with = "leniently")]
    pub remote: Option<Contract>,
}

/// A contract, or none: one that another version wrote does not take the other devices along.
fn leniently<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Contract>, D::Error> {
    let told = Option::<Value>::deserialize(from)?;
    Ok(told.and_then(|told| serde_json::from_value(told).ok()))
}

impl Devices {
    /// What was chosen; nothing, if the file is missing or broken: the choice is quickly made again.
    pub fn load(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let fits = std::fs::metadata(&path).is_ok_and(|file| file.len() <= LIMIT);
        let text = if fits { std::fs::read(&path).unwrap_or_default() } else { Vec::new() };
        let mut chosen: Self = serde_json::from_slice(&text).unwrap_or_default();
        chosen.remote = chosen.remote.filter(Contract::is_usable);
        chosen
    }

    /// Keeps the choice, whole or not at all.
    pub fn save(&self, folder: &Path) -> Result<(), AppError> {
        let failed =
            |source| AppError::Write { path: folder.join(FILE).display().to_string(), source };
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        write_whole(&folder.join(FILE), &text).map_err(failed)
    }
}

/// Writes a small file of this machine's choices, whole or not at all.
pub fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text).and_then(|()| file.as_file().sync_all())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use identity::code::port::Speed;

    use super::*;
    use crate::signing::remote::Api;

    #[test]
    fn a_choice_is_kept_and_a_broken_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Devices::load(folder.path()), Devices::default());
        let url = "https://gwsca.vnpt.vn/sca/sp769".into();
        let contract = Contract::new(Api::Sp769, url, "mau".into(), (None, None)).unwrap();
        let chosen = Devices {
            scanner: Some(Port { name: "COM3".into(), speed: Speed::B115200 }),
            camera: Some("HD Webcam".into()),
            seat: Some("Quầy 2".into()),
            files: Some("/scan".into()),
            watched: Some("/scan/new".into()),
            token: Some("/usr/lib/token.so".into()),
            tsa: Some("http://tsa.vn/".into()),
            remote: Some(contract),
        };
        chosen.save(folder.path()).unwrap();
        assert_eq!(Devices::load(folder.path()), chosen);
        // A secret goes over TLS or nowhere, whoever wrote the file.
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        let spoilt =
            [("https://gwsca", "http://gwsca"), ("\"client\"", "\"secret\": 1, \"client\"")];
        for (told, other) in spoilt {
            assert!(text.contains(told));
            std::fs::write(folder.path().join(FILE), text.replace(told, other)).unwrap();
            assert_eq!(Devices::load(folder.path()), Devices { remote: None, ..chosen.clone() });
        }
        for broken in ["", "{", "{\"scanner\": 7}", &"x".repeat(1 << 20)] {
            std::fs::write(folder.path().join(FILE), broken).unwrap();
            assert_eq!(Devices::load(folder.path()), Devices::default());
        }
        assert!(chosen.save(&folder.path().join("none")).is_err());
    }
}
