//! Một Cửa: the counter's program. Without a command it opens the window.

mod assets;
mod authorities;
mod browse;
mod clock;
mod command;
mod crash;
mod demo;
mod desk;
mod devices;
mod diagnostics;
mod failure;
mod folder;
mod keys;
mod online;
mod open;
mod output;
mod page;
mod picture;
mod program_log;
mod reader;
mod scan;
mod signing;
mod tables;
mod trust;
mod verifying;
mod watched;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = command::Arguments::read();
    crash::watch();
    let language = arguments.language();
    match command::run(arguments) {
        Ok(code) => code,
        Err(failure) => {
            tracing::warn!(code = failure.code(), "ended");
            output::error(&failure.sentence(language));
            failure.exit()
        }
    }
}
