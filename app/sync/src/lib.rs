//! The way to the province. The counter's work never waits for it.
//!
//! What stands here is the one thing that the counter shows today: whether the province's gateway can
//! be reached. Only a TCP connection to the configured gateway counts: a network card that is "up", or
//! a captive portal in between, says nothing about it. What is said on the way stands in [`dvcqg`]: the
//! messages of the national portal, made and read without any network.

pub mod dvcqg;

use std::{
    io,
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

/// State of the way to the province.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// No gateway is configured: the office works on its own.
    NotConfigured,
    /// The gateway accepts connections.
    Online,
    /// It does not.
    Offline,
}

/// Tries to connect to `gateway` (`host:port`) for at most `patience`. Blocks; call it off the
/// window's thread.
pub fn link(gateway: Option<&str>, patience: Duration) -> Link {
    let Some(gateway) = gateway else { return Link::NotConfigured };
    match reach(gateway, patience) {
        Ok(()) => Link::Online,
        Err(_) => Link::Offline,
    }
}

fn reach(gateway: &str, patience: Duration) -> io::Result<()> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in gateway.to_socket_addrs()?.take(4) {
        match TcpStream::connect_timeout(&address, patience) {
            Ok(_) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn only_an_open_port_is_online() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let patience = Duration::from_secs(2);
        assert_eq!(link(Some(&address), patience), Link::Online);
        drop(listener);
        assert_eq!(link(Some(&address), patience), Link::Offline);
        assert_eq!(link(Some("not an address"), patience), Link::Offline);
        assert_eq!(link(None, patience), Link::NotConfigured);
    }
}
