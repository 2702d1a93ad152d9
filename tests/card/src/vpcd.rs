//! The card in a real reader: the protocol of vsmartcard's virtual PC/SC driver.
//!
//! vpcd listens, the card connects. Each message is a big-endian `u16` length and a payload; a payload
//! of one octet is a control code. Removing the card is closing the connection.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use crate::card::Card;

/// Port of slot 0 in vsmartcard's stock configuration.
pub const PORT: u16 = 35963;

/// Serves `card` until the reader closes the connection or the card leaves the field.
pub fn serve(card: &Mutex<Card>, mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        let command = match receive(&mut stream) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            other => other?,
        };
        let answer = match command[..] {
            // Power off and on, reset: no reply.
            [0..=2] => {
                lock(card).reset();
                continue;
            }
            [4] => lock(card).atr().to_vec(),
            _ => {
                let (answer, delay) = {
                    let mut card = lock(card);
                    (card.respond(&command), card.delay())
                };
                if !delay.is_zero() {
                    // Removal unparks this thread: a slow card never delays the end of a test.
                    std::thread::park_timeout(delay);
                }
                answer
            }
        };
        if answer.is_empty() {
            return stream.shutdown(Shutdown::Both);
        }
        // One write, or the delayed acknowledgement costs 40 ms.
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        stream.write_all(&[&length.to_be_bytes()[..], &answer].concat())?;
    }
}

fn receive(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    quick_acknowledge(stream)?;
    stream.read_exact(&mut length)?;
    let mut payload = vec![0; usize::from(u16::from_be_bytes(length))];
    // The driver sends length and payload apart and waits for the acknowledgement in between.
    quick_acknowledge(stream)?;
    stream.read_exact(&mut payload)?;
    Ok(payload)
}

#[cfg(target_os = "linux")]
fn quick_acknowledge(stream: &TcpStream) -> io::Result<()> {
    use std::os::linux::net::TcpStreamExt;
    stream.set_quickack(true)
}

#[cfg(not(target_os = "linux"))]
fn quick_acknowledge(_: &TcpStream) -> io::Result<()> {
    Ok(())
}

fn lock(card: &Mutex<Card>) -> MutexGuard<'_, Card> {
    card.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A card lying on a reader; dropping it takes the card away.
pub struct InsertedCard {
    card: Arc<Mutex<Card>>,
    stream: TcpStream,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl InsertedCard {
    /// Puts `card` on the reader listening at `address`.
    pub fn insert(card: Card, address: SocketAddr) -> io::Result<InsertedCard> {
        let stream = TcpStream::connect(address)?;
        let card = Arc::new(Mutex::new(card));
        let thread = std::thread::spawn({
            let (card, stream) = (card.clone(), stream.try_clone()?);
            move || serve(&card, stream)
        });
        Ok(InsertedCard { card, stream, thread: Some(thread) })
    }

    /// Looks at the card while it is on the reader.
    pub fn card(&self) -> MutexGuard<'_, Card> {
        lock(&self.card)
    }

    /// Takes the card away.
    pub fn remove(self) {}
}

impl Drop for InsertedCard {
    fn drop(&mut self) {
        // Fails if the reader has gone already, which is as good.
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
