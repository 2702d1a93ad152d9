//! Một Cửa: the counter's program. Without a command it opens the window.

mod assets;
mod browse;
mod clock;
mod command;
mod demo;
mod desk;
mod devices;
mod failure;
mod folder;
mod keys;
mod picture;
mod reader;
mod scan;
mod trust;
mod window;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = command::Arguments::parse();
    start_log();
    let language = arguments.language();
    match command::run(arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{}", failure.sentence(language));
            failure.exit()
        }
    }
}

/// Logs go to standard error, warnings only unless `MOTCUA_LOG` asks for more; nothing that is logged
/// holds personal data.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MOTCUA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
