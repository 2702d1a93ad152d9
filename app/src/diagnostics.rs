//! One page for support: versions, devices, drivers, typing, fonts, the ledger's state, the last lines of the
//! program's log. It is copied or saved by the user and sent by nobody else; no name, number or word of a
//! citizen or user stands in it, and the user's own folder is written `~`.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use identity::{camera, card, code::port};
use office::{Explain, explain::trouble};

use crate::{clock, devices::Devices, program_log};

/// Lines of the program's log that are shown.
const LOG_LINES: usize = 40;
/// A helper program that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// What a helper program says is cut here, in bytes.
const MOST_WORDS: usize = 4_000;

/// A part of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub title: &'static str,
    /// Its lines: what, and how it is.
    pub lines: Vec<(String, String)>,
}

/// What only an open ledger tells.
#[derive(Clone, Debug, Default)]
pub struct LedgerState {
    /// Entries.
    pub entries: u64,
    /// Entries that wait to be sent.
    pub waiting: u64,
    /// Devices that wrote here.
    pub devices: usize,
    /// Whether this is a demo office.
    pub demo: bool,
}

/// Looks at everything. May take seconds: never on the window's thread.
pub fn look(data: &Path, devices: &Devices, ledger: Option<&LedgerState>) -> Vec<Part> {
    vec![
        program(data),
        screen_and_typing(),
        readers(),
        scanner_and_camera(devices),
        printers(),
        ledger_part(data, ledger),
        log_part(data),
    ]
}

/// The page as text.
pub fn text(parts: &[Part]) -> String {
    let mut text = String::from("Một Cửa – thông tin chẩn đoán (không có dữ liệu cá nhân)\n");
    for part in parts {
        let _ = write!(text, "\n[{}]\n", part.title);
        for (name, value) in &part.lines {
            let _ = match name.is_empty() {
                true => writeln!(text, "{value}"),
                false => writeln!(text, "{name}: {value}"),
            };
        }
    }
    without_home(&text)
}

/// The user's folder, in which their login name stands, as `~`.
fn without_home(text: &str) -> String {
    let home = directories::UserDirs::new().map(|dirs| dirs.home_dir().display().to_string());
    match home.as_deref() {
        Some(home) if home.len() > 1 => text.replace(home, "~"),
        _ => text.to_owned(),
    }
}

fn line(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn variable(name: &str) -> (String, String) {
    line(name, std::env::var(name).unwrap_or_else(|_| "(không đặt)".into()))
}

fn program(data: &Path) -> Part {
    let now = clock::local(clock::now());
    let build = if cfg!(debug_assertions) { "bản phát triển" } else { "bản phát hành" };
    Part {
        title: "Chương trình",
        lines: vec![
            line("Phiên bản", format!("{} ({build})", env!("CARGO_PKG_VERSION"))),
            line("Hệ điều hành", system()),
            line("Kiến trúc", std::env::consts::ARCH),
            line("Giờ máy (UTC+7)", now.strftime("%H:%M:%S %d/%m/%Y").to_string()),
            line("Thư mục dữ liệu", data.display().to_string()),
            line("Tệp nhật ký", program_log::folder(data).display().to_string()),
        ],
    }
}

#[cfg(target_os = "linux")]
fn system() -> String {
    let named = std::fs::read_to_string("/etc/os-release").ok().and_then(|text| {
        let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(name.trim_matches('"').to_owned())
    });
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{}, nhân {}", named.as_deref().unwrap_or("Linux"), kernel.trim())
}

#[cfg(not(target_os = "linux"))]
fn system() -> String {
    std::env::consts::OS.into()
}

fn screen_and_typing() -> Part {
    let variables = [
        "XDG_SESSION_TYPE",
        "XDG_CURRENT_DESKTOP",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "ICED_BACKEND",
        "LANG",
        "LC_ALL",
        "XMODIFIERS",
        "GTK_IM_MODULE",
        "QT_IM_MODULE",
    ];
    let mut lines: Vec<_> = variables.into_iter().map(variable).collect();
    let fonts = widgets::font::fonts().iter().map(|bytes| bytes.len()).collect::<Vec<_>>();
    let sizes: Vec<String> = fonts.iter().map(|size| format!("{} KB", size >> 10)).collect();
    lines.push(line("Phông chữ đi kèm", format!("{} tệp ({})", fonts.len(), sizes.join(", "))));
    Part { title: "Màn hình và gõ chữ", lines }
}

fn readers() -> Part {
    let lines = match card::report() {
        Err(error) => vec![line("Dịch vụ PC/SC", error.sentence(Default::default()))],
        Ok(readers) if readers.is_empty() => vec![line("Dịch vụ PC/SC", "chạy, chưa cắm đầu đọc")],
        Ok(readers) => readers
            .into_iter()
            .map(|reader| {
                let card = match reader.atr {
                    None => "không có thẻ".into(),
                    Some(atr) => format!("có thẻ, ATR {}", hex(&atr)),
                };
                (reader.name, card)
            })
            .collect(),
    };
    Part { title: "Đầu đọc thẻ", lines }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn scanner_and_camera(devices: &Devices) -> Part {
    let chosen = devices.scanner.as_ref();
    let scanner = chosen.map_or_else(
        || "kiểu bàn phím".into(),
        |p| format!("{}, {} bit/s", p.name, p.speed.bits()),
    );
    let or_none = |names: Vec<String>| match names.as_slice() {
        [] => "không có".to_owned(),
        names => names.join("; "),
    };
    let cameras = camera::cameras(None).into_iter().map(|camera| camera.name).collect();
    Part {
        title: "Máy quét mã và camera",
        lines: vec![
            line("Máy quét đã chọn", scanner),
            line("Cổng nối tiếp", or_none(port::ports())),
            line("Camera", or_none(cameras)),
        ],
    }
}

fn printers() -> Part {
    let said = said_by(Command::new("lpstat").args(["-d", "-p"]));
    let lines = match said {
        Ok(words) if words.trim().is_empty() => vec![line("Máy in", "không có")],
        Ok(words) => words.lines().map(|words| line("", words)).collect(),
        Err(error) => vec![line("Máy in (CUPS)", trouble(error.kind()))],
    };
    Part { title: "Máy in", lines }
}

/// What a helper program says, unless it takes longer than [`PATIENCE`].
fn said_by(command: &mut Command) -> std::io::Result<String> {
    let mut child = command
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?.stdout;
    let cut = output.get(..MOST_WORDS).unwrap_or(&output);
    Ok(String::from_utf8_lossy(cut).into_owned())
}

fn ledger_part(data: &Path, state: Option<&LedgerState>) -> Part {
    let size = |name: &str| {
        let path: PathBuf = data.join("office").join(name);
        std::fs::metadata(path).map_or_else(
            |error| trouble(error.kind()).to_owned(),
            |file| format!("{} KB", file.len().div_ceil(1024)),
        )
    };
    let mut lines = vec![
        line("ledger.db", size("ledger.db")),
        line("ledger.db-wal", size("ledger.db-wal")),
        line("keys.json", size("keys.json")),
    ];
    match state {
        None => lines.push(line("Sổ cái", "chưa mở")),
        Some(state) => lines.extend([
            line("Số mục ghi", state.entries.to_string()),
            line("Chờ gửi", state.waiting.to_string()),
            line("Số máy đã ghi", state.devices.to_string()),
            line("Cơ quan mẫu", if state.demo { "phải" } else { "không" }),
        ]),
    }
    Part { title: "Sổ cái", lines }
}

fn log_part(data: &Path) -> Part {
    let lines = program_log::last_lines(data, LOG_LINES);
    Part {
        title: "Nhật ký chương trình, những dòng cuối",
        lines: lines.into_iter().map(|words| line("", words)).collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_page_is_made_without_a_ledger_and_without_devices() {
        let data = tempfile::tempdir().unwrap();
        let page = text(&look(data.path(), &Devices::default(), None));
        for said in ["[Chương trình]", "[Đầu đọc thẻ]", "[Máy in]", "[Sổ cái]", "chưa mở"]
        {
            assert!(page.contains(said), "{said}: {page}");
        }
        let home = directories::UserDirs::new().unwrap().home_dir().display().to_string();
        assert!(home.len() < 2 || !page.contains(&home), "{page}");
    }

    #[cfg(unix)]
    #[test]
    fn a_helper_that_hangs_is_not_waited_for() {
        let begun = Instant::now();
        let said = said_by(Command::new("sleep").arg("60"));
        assert_eq!(said.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
        assert!(begun.elapsed() < Duration::from_secs(30));
        assert_eq!(said_by(Command::new("echo").arg("có")).unwrap(), "có\n");
    }
}
