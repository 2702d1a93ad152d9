//! What happens where the program itself is wrong: a panic.
//!
//! Every panic is logged by its place in the source; its message only where it is written in the source,
//! since a made one may quote data. A panic on the window's thread ends the window: everything typed is a
//! draft in the ledger by then, so the program opens again at the login, which says what happened. A window
//! that falls within [`SHORT`] of its start is not opened again, or it would go on for ever.

use std::{
    backtrace::Backtrace,
    panic::{self, AssertUnwindSafe, Location, PanicHookInfo},
    process::Command,
    time::{Duration, Instant},
};

use crate::output;

/// The code of all panics, for the telephone; the log tells the place.
pub const CODE: &str = "APP-90";

/// A window that fell earlier would fall again.
const SHORT: Duration = Duration::from_secs(15);

/// Tells a window that it was opened again.
const AGAIN: &str = "MOTCUA_OPENED_AGAIN";

/// Lines of the call stack that are logged.
const FRAMES: usize = 60;

/// Logs panics from now on and says a sentence instead of the system's own words.
pub fn watch() {
    panic::set_hook(Box::new(|info| {
        if identity::code::image::is_guarded() {
            return;
        }
        tracing::error!(
            code = CODE,
            place = %info.location().map(place).unwrap_or_default(),
            thread = std::thread::current().name().unwrap_or_default(),
            why = words(info),
            "panic\n{}",
            stack()
        );
        output::error(&format!(
            "Chương trình gặp lỗi bên trong và dừng việc đang làm. Những gì đã ghi vào sổ và bản nháp vẫn còn. Hãy mở lại; nếu lặp lại, hãy gửi tệp nhật ký cho bộ phận hỗ trợ (mã {CODE})."
        ));
    }));
}

/// The last parts of the file's path and the line: no path of the machine that built it.
fn place(location: &Location<'_>) -> String {
    let parts: Vec<&str> = location.file().split(['/', '\\']).collect();
    let last = parts.get(parts.len().saturating_sub(4)..).unwrap_or_default();
    format!("{}:{}", last.join("/"), location.line())
}

/// The message, where it stands in the source as it is.
fn words(info: &PanicHookInfo<'_>) -> &'static str {
    info.payload().downcast_ref::<&'static str>().copied().unwrap_or("(không ghi)")
}

fn stack() -> String {
    let stack = Backtrace::force_capture().to_string();
    stack.lines().take(FRAMES).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Runs the window. Where it panics it is opened once more as a process of its own, unless it had only just
/// begun. `None`: it fell.
pub fn window<T>(run: impl FnOnce() -> T) -> Option<T> {
    let begun = Instant::now();
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(done) => Some(done),
        Err(_) => {
            if begun.elapsed() >= SHORT {
                open_again();
            }
            None
        }
    }
}

fn open_again() {
    let opened = std::env::current_exe().and_then(|program| {
        Command::new(program).args(std::env::args_os().skip(1)).env(AGAIN, CODE).spawn()
    });
    match opened {
        Ok(_) => tracing::info!("opened again"),
        Err(error) => tracing::error!(kind = ?error.kind(), "not opened again"),
    }
}

/// What is said where work beside the window fell.
pub fn work_fell() -> String {
    format!(
        "Việc vừa làm bị dừng vì lỗi bên trong (mã {CODE}). Sổ cái không bị ảnh hưởng. Hãy làm lại; nếu lặp lại, hãy gửi thông tin chẩn đoán (F10) cho bộ phận hỗ trợ."
    )
}

/// For the journey that sees a window fall and open again: programs for testing panic where the file named
/// by `MOTCUA_FALL` is there, and take it away first. Released programs never look.
pub fn fall_if_asked() {
    #[cfg(debug_assertions)]
    if let Some(file) = std::env::var_os("MOTCUA_FALL")
        && std::fs::remove_file(file).is_ok()
    {
        #[expect(clippy::panic, reason = "that is what it is for")]
        {
            panic!("asked to fall");
        }
    }
}

/// What the login says after a fall.
pub fn was_opened_again() -> Option<String> {
    std::env::var_os(AGAIN)?;
    Some(format!(
        "Chương trình vừa gặp lỗi bên trong (mã {CODE}) và đã tự mở lại. Những gì đã ghi vào sổ vẫn còn; biểu mẫu đang nhập được giữ làm bản nháp. Hãy đăng nhập rồi mở bản nháp ở trang chính; nếu lặp lại, hãy gửi thông tin chẩn đoán (F10) cho bộ phận hỗ trợ."
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_window_that_falls_at_once_is_not_opened_again() {
        let before = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let fell = window(|| if Instant::now().elapsed() < SHORT { panic!("ngã") } else { 1 });
        panic::set_hook(before);
        assert_eq!(fell, None);
        assert_eq!(window(|| 1), Some(1));
    }

    #[test]
    fn a_place_names_no_folder_of_the_machine_that_built_it() {
        let here = place(Location::caller());
        assert!(here.contains("crash.rs:") && here.matches('/').count() <= 3, "{here}");
    }
}
