//! Where the data lives, and whether it lives well there.
//!
//! The ledger is one file with a log beside it, which one program holds open. On a share the lock may not
//! hold and a write may be half done when the network breaks; a program that synchronises folders copies file
//! and log apart, and leaves a second ledger where two machines wrote. Both are told, never forbidden: the
//! office decides.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use ledger::Home;

use crate::failure::AppError;

/// The folder named on the command line or in `MOTCUA_DATA`, else the machine's own.
pub fn data(named: Option<PathBuf>) -> Result<PathBuf, AppError> {
    named.or_else(own).ok_or(AppError::NoFolder)
}

#[cfg(not(windows))]
fn own() -> Option<PathBuf> {
    directories::ProjectDirs::from("vn", "motcua", "motcua")
        .map(|dirs| dirs.data_dir().to_path_buf())
}

/// An office's data belongs to the machine and not to one login: in `ProgramData`, never in a roaming profile.
/// The installer gives the office's users their rights to it. Untested.
#[cfg(windows)]
fn own() -> Option<PathBuf> {
    std::env::var_os("ProgramData").map(|folder| PathBuf::from(folder).join("MotCua"))
}

/// Where the ledger's second witness is kept, outside the data folder: the folder named on the command line or in
/// `MOTCUA_STATE`, else where this system keeps what a program knows of its runs.
pub fn state(named: Option<PathBuf>) -> Option<PathBuf> {
    let own = || {
        let dirs = directories::ProjectDirs::from("vn", "motcua", "motcua")?;
        // Linux alone has a folder of its own for this.
        Some(dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_path_buf())
    };
    named.or_else(own)
}

/// What is wrong with the places of the data and of the second witness, in words for whoever opens the ledger.
pub fn concern<'a>(home: impl Into<Home<'a>>) -> Option<String> {
    let home = home.into();
    let data = home.data();
    // The folder may be yet to be made.
    let there = data.ancestors().find_map(|folder| fs::canonicalize(folder).ok());
    let path = fs::canonicalize(data).ok().or(there).unwrap_or_else(|| data.to_path_buf());
    let mut words = Vec::new();
    if let Some(kind) = share(&path) {
        words.push(format!(
            "Thư mục dữ liệu nằm trên ổ mạng ({kind}): mạng đứt hoặc hai máy cùng mở có thể làm hỏng sổ cái. Hãy chuyển dữ liệu về ổ đĩa của máy này; ổ mạng chỉ nên nhận bản sao lưu."
        ));
    }
    if let Some(service) = synchronised(data).or_else(|| synchronised(&path)) {
        words.push(format!(
            "Thư mục dữ liệu nằm trong thư mục đồng bộ ({service}): chương trình đồng bộ chép tệp dở dang và có thể tạo hai sổ cái khác nhau. Hãy chuyển dữ liệu ra ngoài thư mục đồng bộ; thư mục đồng bộ chỉ nên nhận bản sao lưu."
        ));
    }
    let copies = ledger::copies_of_ledger(data);
    if !copies.is_empty() {
        words.push(format!(
            "Trong thư mục dữ liệu có bản sao xung đột do chương trình đồng bộ tạo ra khi hai máy cùng ghi: {}. Việc ghi trong đó không có trong sổ cái này. Chương trình không dùng và không xóa chúng. Hãy giữ nguyên các tệp, ngừng đồng bộ, so số cuối trên giấy và báo bộ phận hỗ trợ.",
            copies.join(", ")
        ));
    }
    if let Some(state) = home.outside().filter(|state| !ledger::can_witness(state)) {
        words.push(format!(
            "Không ghi được dấu mốc thứ hai của sổ cái ở {}: nếu ai đó chép lại cả thư mục dữ liệu cũ thì chương trình không nhận ra. Công việc vẫn làm được. Hãy kiểm tra ổ đĩa và quyền ghi của thư mục đó.",
            state.display()
        ));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// The kind of share that holds `path`, if it is one.
fn share(path: &Path) -> Option<String> {
    if is_unc(path) {
        return Some("SMB".into());
    }
    kind_of_share(&fs::read_to_string("/proc/self/mountinfo").ok()?, path)
}

/// `\\server\folder`. A drive's letter that stands for a share is not told from a disk.
fn is_unc(path: &Path) -> bool {
    use std::path::Prefix::{UNC, VerbatimUNC};
    match path.components().next() {
        Some(Component::Prefix(prefix)) => matches!(prefix.kind(), UNC(..) | VerbatimUNC(..)),
        _ => false,
    }
}

/// File systems that are served by another machine, or by this one to a machine inside it.
const SHARES: [&str; 19] = [
    "9p",
    "afs",
    "ceph",
    "cifs",
    "davfs",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "prl_fs",
    "smb3",
    "smbfs",
    "vboxsf",
    "fuse.davfs2",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.sshfs",
    "fuse.vmhgfs-fuse",
];

/// Reads `/proc/self/mountinfo`, see proc(5): the mount that is nearest above `path`, the last where several
/// lie on one place.
fn kind_of_share(mounts: &str, path: &Path) -> Option<String> {
    let mount = |line: &str| {
        let (before, after) = line.split_once(" - ")?;
        let point = PathBuf::from(unescaped(before.split(' ').nth(4)?));
        let kind = after.split(' ').next()?.to_owned();
        path.starts_with(&point).then_some((point.components().count(), kind))
    };
    let (_, kind) = mounts.lines().filter_map(mount).max_by_key(|(depth, _)| *depth)?;
    let known = SHARES.contains(&kind.as_str())
        || ["fuse.gvfs", "fuse.smb", "fuse.onedrive", "fuse.google"]
            .iter()
            .any(|begin| kind.starts_with(begin));
    known.then_some(kind)
}

/// `\040` and the like, in which blanks are written there.
fn unescaped(field: &str) -> String {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let octal = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if *first == b'\\' => {
                bytes.push(byte);
                rest = &after[3..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Beginnings of the names that synchronised folders have, in small letters.
const SYNCHRONISED: [(&str, &str); 11] = [
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("drive của tôi", "Google Drive"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("icloud", "iCloud"),
    ("syncthing", "Syncthing"),
    ("megasync", "MEGA"),
];

/// Files and folders by which the programs know their own folders.
const MARKS: [(&str, &str); 8] = [
    (".dropbox", "Dropbox"),
    (".dropbox.cache", "Dropbox"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".stfolder", "Syncthing"),
    (".sync", "Resilio Sync"),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
    (".tmp.drivedownload", "Google Drive"),
];

/// The service that synchronises a folder in which `path` lies, as far as names and marks tell.
fn synchronised(path: &Path) -> Option<&'static str> {
    let named = path.components().find_map(|part| {
        let name = part.as_os_str().to_string_lossy().to_lowercase();
        SYNCHRONISED.iter().find(|(begin, _)| name.starts_with(begin))
    });
    let marked = || {
        let home = directories::UserDirs::new().map(|dirs| dirs.home_dir().to_path_buf());
        // Dropbox keeps a folder of its own called `.dropbox` in every home folder.
        let folders = path.ancestors().filter(|folder| Some(*folder) != home.as_deref());
        folders
            .flat_map(|folder| MARKS.iter().filter(|(mark, _)| folder.join(mark).exists()))
            .next()
    };
    named.or_else(marked).map(|(_, service)| *service)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:30 / /mnt/chung rw,relatime shared:2 - cifs //may-chu/chung rw,vers=3.1.1
31 22 0:31 / /mnt/d rw,noatime - 9p D:\\134 rw,aname=drvfs
32 22 0:32 / /home rw - nfs4 10.0.0.1:/home rw
33 32 8:2 / /home/an/rieng rw - ext4 /dev/sdb1 rw
34 22 0:34 / /media/O\\040chung rw - fuse.sshfs an@may:/x rw
35 22 0:35 / /data rw - ext4 /dev/sdc1 rw
36 22 0:36 / /data rw - nfs 10.0.0.1:/data rw
37 22 0:37 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
38 22 0:38 / /tmp rw - tmpfs tmpfs rw
";

    #[test]
    fn shares_are_told_from_disks() {
        for (path, kind) in [
            ("/var/lib/motcua", None),
            ("/mnt/chung/motcua", Some("cifs")),
            ("/mnt/chung-khac", None),
            ("/mnt/d/motcua", Some("9p")),
            ("/home/an/.local/share/motcua", Some("nfs4")),
            ("/home/an/rieng/motcua", None),
            ("/media/O chung/motcua", Some("fuse.sshfs")),
            ("/data/motcua", Some("nfs")),
            ("/run/user/1000/gvfs/smb-share/x", Some("fuse.gvfsd-fuse")),
            ("/tmp/x", None),
        ] {
            assert_eq!(kind_of_share(MOUNTS, Path::new(path)).as_deref(), kind, "{path}");
        }
        assert_eq!(kind_of_share("garbage\n1 2 - \n", Path::new("/x")), None);
    }

    #[test]
    fn synchronised_folders_are_told_by_name_or_mark() {
        for (path, service) in [
            ("/home/an/OneDrive/motcua", Some("OneDrive")),
            ("/home/an/OneDrive - UBND xã/x", Some("OneDrive")),
            ("/home/an/Dropbox (Cơ quan)/x", Some("Dropbox")),
            ("/home/an/Google Drive/x", Some("Google Drive")),
            ("/home/an/Nextcloud/x", Some("Nextcloud")),
            ("/home/an/Tài liệu/x", None),
            ("/home/an/drive/x", None),
        ] {
            assert_eq!(synchronised(Path::new(path)), service, "{path}");
        }
        for (mark, service) in MARKS {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(mark), b"").unwrap();
            assert_eq!(synchronised(&folder.path().join("a/b")), Some(service), "{mark}");
        }
    }

    #[test]
    fn a_good_place_is_no_concern_and_copies_are_explained() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(concern(&folder.path().join("yet to be made")), None);
        fs::create_dir(folder.path().join("office")).unwrap();
        assert_eq!(concern(folder.path()), None);
        fs::write(folder.path().join("office/ledger-DESKTOP-1.db"), b"").unwrap();
        let words = concern(folder.path()).unwrap();
        assert!(words.contains("ledger-DESKTOP-1.db") && words.contains("không xóa"), "{words}");
        let (free, file) = (folder.path().join("state"), folder.path().join("file"));
        fs::write(&file, b"").unwrap();
        let of = |state: &Path| concern(Home::new(&folder.path().join("new"), Some(state)));
        assert_eq!(of(&free), None);
        let words = of(&file).unwrap();
        assert!(words.contains("dấu mốc thứ hai") && words.contains("vẫn làm được"), "{words}");
        let cloud = folder.path().join("OneDrive/motcua");
        let words = concern(&cloud).unwrap();
        assert!(words.contains("(OneDrive)"), "{words}");
    }
}
