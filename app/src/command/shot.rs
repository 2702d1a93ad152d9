//! `motcua shot`: one screen as a PNG file.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use widgets::Mode;

use super::{Context, Outcome};
use crate::{failure::AppError, output::say, picture, window::gallery};

/// Options of `shot`.
#[derive(Args)]
pub struct Options {
    /// Tên màn hình.
    #[arg(required_unless_present = "list", value_name = "MÀN-HÌNH")]
    screen: Option<String>,
    /// Tệp PNG.
    #[arg(required_unless_present = "list", value_name = "TỆP")]
    out: Option<PathBuf>,
    /// Kích thước.
    #[arg(long, default_value = "1366x768", value_name = "RỘNGxCAO")]
    size: String,
    /// Sáng hay tối.
    #[arg(long, default_value = "light", value_name = "light|dark")]
    theme: Theme,
    /// Chỉ liệt kê tên các màn hình.
    #[arg(long)]
    list: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Theme {
    Light,
    Dark,
}

/// Runs the command.
pub fn run(context: &Context, options: Options) -> Outcome {
    let (Some(screen), Some(out), false) = (&options.screen, &options.out, options.list) else {
        gallery::screens().for_each(|screen| say!("{screen}"));
        return Ok(ExitCode::SUCCESS);
    };
    if !gallery::screens().any(|name| name == screen) {
        return Err(AppError::NoScreen(screen.clone()).into());
    }
    let size = size(&options.size).ok_or_else(|| AppError::Size(options.size.clone()))?;
    let mode = match options.theme {
        Theme::Light => Mode::Light,
        Theme::Dark => Mode::Dark,
    };
    let drawn = gallery::draw(&context.folder, screen, size, mode)?;
    picture::png(out, drawn.width, drawn.height, &drawn.rgba)?;
    Ok(ExitCode::SUCCESS)
}

fn size(text: &str) -> Option<iced::Size> {
    let (width, height) = text.split_once('x')?;
    let (width, height): (u16, u16) = (width.parse().ok()?, height.parse().ok()?);
    let fits = (320..=7680).contains(&width) && (240..=4320).contains(&height);
    fits.then(|| iced::Size::new(width.into(), height.into()))
}
