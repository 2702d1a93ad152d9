//! Pictures of electronic copies that wait to be signed: made-up rows, as no picture has a token.

use iced::{Size, widget::image::Handle};
use ledger::LedgerError;
use office::act::ActId;
use token::TokenError;
use widgets::preview::Page;

use super::Screen;
use crate::{
    signing::{
        SigningError, Way,
        remote::{Api, RemoteError},
    },
    window::{
        notice::Notice,
        screen::{
            pending::{self, Message, Pages, Row, Stand, State},
            sign, telephone,
        },
    },
};

/// Names of these screens.
pub const SCREENS: [&str; 14] = [
    "pending",
    "pending-empty",
    "pending-marked",
    "pending-look",
    "pending-return",
    "pending-sign",
    "pending-running",
    "pending-stopped",
    "pending-returned",
    "pending-remote",
    "telephone",
    "telephone-kept",
    "telephone-refused",
    "telephone-unwritten",
];

const WHAT: [&str; 4] = [
    "Bằng tốt nghiệp trung học phổ thông",
    "Giấy khai sinh",
    "Giấy chứng nhận đăng ký kết hôn",
    "Sổ hộ khẩu (bản lưu)",
];
const WHO: [&str; 4] = ["Lò Văn Mẫu", "Sùng Thị Mẫu", "Vàng A Thử", "Lý Thị Thử, Lý Văn Mẫu"];

fn rows() -> Vec<Row> {
    let row = |n: usize| {
        let stand = match n {
            10 => Stand::Others,
            11 => Stand::Returned(
                "Vàng Thị Giả Định trả lại lúc 10:20 30/11/2026. Lý do: Thiếu trang 2 của bản chính."
                    .into(),
            ),
            _ => Stand::Mine,
        };
        Row {
            id: ActId(format!("{n:032x}")),
            label: "Chứng thực bản sao điện tử từ bản chính".into(),
            what: WHAT[n % WHAT.len()].into(),
            askers: WHO[n % WHO.len()].into(),
            pages: 1 + n % 3,
            by: "Lò Thị Mẫu".into(),
            at: format!("09:{:02} 30/11/2026", 5 + n * 3),
            asked: "Vàng Thị Giả Định".into(),
            returnable: n != 10,
            stand,
        }
    };
    (0..12).map(row).collect()
}

/// A page with lines as text has them.
fn page() -> Page {
    let (width, height) = (420_u32, 594_u32);
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgba = pixels.flat_map(|(x, y)| {
        let line = (60..360).contains(&x) && (60..520).contains(&y) && y % 24 < 8;
        let shade = if line { 120 } else { 250 };
        [shade, shade, shade, 255]
    });
    Page {
        size: Size::new(width as f32, height as f32),
        handle: Handle::from_rgba(width, height, rgba.collect::<Vec<u8>>()),
    }
}

/// The screen of this name.
pub fn screen(name: &str) -> Screen {
    let mut state = State::new(if name == "pending-empty" { Vec::new() } else { rows() });
    let mut take = |message| drop(state.update(message));
    match name {
        "pending-marked" | "pending-sign" | "pending-running" | "pending-stopped" => {
            take(Message::AllAsked);
        }
        "pending-look" => {
            take(Message::LookAsked);
            let stamp = "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH\nSố chứng thực 12, quyển số 01/2026 - SCTĐT/BS\nỦy ban nhân dân xã Hợp Thành\nMã tra cứu: Q7BE-2ZWY-MZE0-NN8B".into();
            let pages = Pages { pages: vec![page(), page()], stamp };
            take(Message::Drawn(rows().remove(0).id, Ok(pages)));
        }
        "pending-return" => {
            take(Message::ReturnAsked);
            take(Message::ReasonTyped("Thiếu trang 2 của bản chính".into()));
            take(Message::Returned);
            let error = LedgerError::ReturnedAlready;
            crate::window::screen::Shown::tell(&mut state, Notice::error(&error));
        }
        "pending-returned" => take(Message::Chosen(11)),
        _ => {}
    }
    match name {
        "pending-sign" => {
            let ids: Vec<ActId> = rows().into_iter().take(10).map(|row| row.id).collect();
            drop(state.sign(&ids, "Vàng Thị Giả Định".into(), None));
            let none = Err(Notice::error(&TokenError::NoToken));
            drop(state.update(Message::Sign(sign::Message::Found(none))));
        }
        "pending-remote" => {
            let offer = sign::Offer {
                provider: Api::Sp769.label().into(),
                user: "001099000123".into(),
                way: Way::Remote,
            };
            let ids: Vec<ActId> = rows().into_iter().take(1).map(|row| row.id).collect();
            drop(state.sign(&ids, "Vàng Thị Giả Định".into(), Some(offer)));
        }
        "pending-running" => {
            state.begin(0, 10);
            for left in 0..3 {
                state.went_on(rows().split_off(left + 1));
            }
        }
        "pending-stopped" => {
            state.renew(rows().split_off(7));
            let error = SigningError::from(TokenError::Gone);
            let words = pending::stopped(7, 10, "đang ký", &error.to_string());
            state.ended(Notice::caution(words));
        }
        _ => {}
    }
    state.into()
}

/// What waits for the telephone, as it stands in the picture of this name.
pub fn telephone(name: &str) -> Option<telephone::State> {
    let what = "Chứng thực bản sao điện tử từ bản chính số 12/2026";
    let mut state = telephone::State::new(what.into(), Api::Sp769.label().into());
    state.shows("Vàng Thị Giả Định", "001099000123", "MC-3FA91C07", 274);
    match name {
        "telephone" => state.stands(telephone::Stand::Asked),
        "telephone-kept" => {
            state.stands(telephone::Stand::Kept);
            state.asks_secret(true);
        }
        "telephone-refused" => {
            state.ended(telephone::Stand::Ended, telephone::told(&RemoteError::Refused))
        }
        "telephone-unwritten" => {
            state.ended(telephone::Stand::Unwritten, Notice::error(&LedgerError::DiskFull));
        }
        _ => return None,
    }
    Some(state)
}
