//! Reads elementary files in as few APDUs as the chip allows.
//!
//! READ BINARY by short file id selects and reads at once; the first block tells the file's length by
//! its TLV header, and the rest comes in the largest blocks that fit one answer. Some chips reject
//! large lengths or short ids: smaller blocks and a SELECT are tried on the first block only.
//!
//! EF.ATR/INFO could tell the chip's buffer sizes, and is not read: it would cost every chip an APDU or
//! two, while the answer to reset says for nothing whether extended lengths are taken, and a chip that
//! refuses them after all is opened once more.

use std::ops::ControlFlow;

use pki::tlv;

use super::Channel;
use crate::{
    apdu::{Command, Response, Status},
    error::{Fault, ReadError},
};

/// EF.CardAccess in the master file.
pub const CARD_ACCESS: FileId = FileId { sfi: 0x1C, tag: 0x31, other: None };
/// EF.CardSecurity in the master file.
pub const CARD_SECURITY: FileId = FileId { sfi: 0x1D, tag: 0x30, other: None };
/// Largest file that is read. A 2024 card's photo is some 20 KB, a passport's at most some 60 KB.
pub const MAX_FILE: usize = 256 * 1024;
/// Offsets from here on need the odd instruction (ISO 7816-4, 11.2.2).
const ODD_INSTRUCTION_FROM: usize = 0x8000;

/// Smallest average block: a chip that gives less is broken, and would take minutes.
const SMALLEST_BLOCK: usize = 32;

/// An elementary file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    /// Short file id; the file id is `01` and this byte.
    pub sfi: u8,
    /// Outer tag.
    pub tag: u32,
    /// A tag that some chips write instead.
    pub other: Option<u32>,
}

/// Called with bytes read and bytes in all; may stop the reading.
pub type OnBlock<'p> = &'p mut dyn FnMut(usize, usize) -> ControlFlow<()>;

/// The block size that this chip took so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocks {
    limit: Option<u32>,
}

impl Blocks {
    /// After an answer that broke secure messaging: short lengths, then smaller blocks for the next
    /// try; `None` if they were small already.
    pub fn smaller(&mut self, channel: &mut Channel<'_>, largest: u32) -> Option<()> {
        if channel.give_up_extended_length() {
            return Some(());
        }
        let now = self.limit.unwrap_or(largest);
        self.limit = Some([192, 128].into_iter().find(|size| *size < now)?);
        Some(())
    }

    fn sizes(&self, channel: &Channel<'_>) -> Vec<u32> {
        let largest = channel.largest_response();
        let first = self.limit.map_or(largest, |limit| limit.min(largest));
        let mut sizes = vec![first];
        sizes.extend([231, 192, 128, 4].into_iter().filter(|size| *size < first));
        sizes
    }

    /// Reads one file; `None` if the chip does not have it or does not give it.
    ///
    /// Errors: [`Fault::Format`] for a file of another tag or a chip that gives only crumbs,
    /// [`Fault::TooLarge`], [`Fault::Status`] if the chip stops in the middle.
    pub fn read(
        &mut self,
        channel: &mut Channel<'_>,
        file: FileId,
        on_block: OnBlock<'_>,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(first) = self.first_block(channel, file)? else { return Ok(None) };
        let (tag, header, length) = tlv::header(&first)?;
        if tag != file.tag && Some(tag) != file.other {
            return Err(Fault::Format.into());
        }
        rest(channel, first, header + length, self.limit, on_block).map(Some)
    }

    fn first_block(
        &mut self,
        channel: &mut Channel<'_>,
        file: FileId,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let mut status = Status::NOT_FOUND;
        for by_selection in [false, true] {
            if by_selection {
                let select = Command::new(0, 0xA4, 0x02, 0x0C).with([0x01, file.sfi]);
                let selected = channel.send(&select)?.status;
                if !selected.is_ok() {
                    return Ok(None);
                }
            }
            for size in self.sizes(channel) {
                let p1 = if by_selection { 0 } else { 0x80 | file.sfi };
                let response = channel.send(&Command::new(0, 0xB0, p1, 0).expect(size))?;
                status = response.status;
                if let Some(data) = some_data(response) {
                    // The header-only size is a last resort for this file, no limit for the others.
                    if size > 4 && size < channel.largest_response() {
                        self.limit = Some(size);
                    }
                    return Ok(Some(data));
                }
                // Some chips let a file be selected that they do not give.
                if by_selection && status.0 == 0x6982 {
                    return Ok(None);
                }
                if matches!(status.0, 0x6982 | 0x6A81..=0x6A86 | 0x6D00) {
                    break;
                }
            }
        }
        Err(Fault::Status(status.0).into())
    }
}

fn some_data(response: Response) -> Option<Vec<u8>> {
    let good = response.status.is_ok() || response.status == Status::END_OF_FILE;
    (good && !response.data.is_empty()).then_some(response.data)
}

/// Reads on until the file has `total` bytes.
fn rest(
    channel: &mut Channel<'_>,
    mut file: Vec<u8>,
    total: usize,
    limit: Option<u32>,
    on_block: OnBlock<'_>,
) -> Result<Vec<u8>, ReadError> {
    if total > MAX_FILE {
        return Err(Fault::TooLarge.into());
    }
    let mut blocks_left = total / SMALLEST_BLOCK + 16;
    loop {
        if on_block(file.len().min(total), total).is_break() {
            return Err(ReadError::Cancelled);
        }
        if file.len() >= total {
            file.truncate(total);
            channel.progress();
            return Ok(file);
        }
        let largest = limit.unwrap_or(u32::MAX).min(channel.largest_response());
        let size = largest.min((total - file.len()) as u32);
        let data = block(channel, file.len(), size)?;
        blocks_left = blocks_left.saturating_sub(1);
        if data.is_empty() || data.len() > size as usize || blocks_left == 0 {
            return Err(Fault::Format.into());
        }
        if data.len() >= SMALLEST_BLOCK {
            channel.progress();
        }
        file.extend(data);
    }
}

fn block(channel: &mut Channel<'_>, offset: usize, size: u32) -> Result<Vec<u8>, ReadError> {
    if offset < ODD_INSTRUCTION_FROM {
        let [high, low] = (offset as u16).to_be_bytes();
        let response = channel.send(&Command::new(0, 0xB0, high, low).expect(size))?;
        let status = response.status.0;
        return some_data(response).ok_or_else(|| Fault::Status(status).into());
    }
    // Odd instruction: the offset is a data object and so is the answer, whose header takes up to four
    // bytes of the block.
    let offset = (offset as u32).to_be_bytes();
    let data = tlv::encode(0x54, &offset[1..]);
    let expected = if size > 8 { size } else { size + 4 };
    let response = channel.send(&Command::new(0, 0xB1, 0, 0).with(data).expect(expected))?;
    let status = response.status.0;
    let answer = some_data(response).ok_or(Fault::Status(status))?;
    Ok(tlv::find(&answer, 0x53)?.value.to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::card::script::Script;

    #[test]
    fn files_that_a_chip_does_not_give() {
        let file = FileId { sfi: 0x0B, tag: 0x6B, other: None };
        for (answers, expected) in [
            (&["6982", "6A82"][..], Ok(None)),
            (&["6982", "9000", "6982"], Ok(None)),
            (&["6982", "9000", "6B01419000"], Ok(Some(vec![0x6B, 1, 0x41]))),
            (&["6982", "9000", "6A86"], Err(Fault::Status(0x6A86).into())),
        ] {
            let mut script = Script::new(answers);
            let mut silent = |_: usize, _: usize| ControlFlow::Continue(());
            let read = Blocks::default().read(&mut script.channel(), file, &mut silent);
            assert_eq!(read, expected, "{answers:?}");
        }
    }
}
