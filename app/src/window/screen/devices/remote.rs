//! The service of remote signing, as the office agreed with its provider: which API, where it is, and the office's name
//! there. The secret of the connection has no field here: it is typed when somebody signs, and kept nowhere. The signers'
//! numbers are people's, and lie in the ledger.

use office::Explain;
use widgets::{Element, column, field, pick, quiet, row, secondary, text};

use crate::{
    devices::Devices,
    signing::remote::{Api, Contract, RemoteError},
    window::notice::Notice,
};

/// The part's state: another service as it is typed.
#[derive(Default)]
pub(super) struct State {
    api: Option<Api>,
    url: String,
    login: String,
    client: String,
    profile: String,
    notice: Option<Notice>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// Whose API.
    ApiChosen(Api),
    /// Where it is.
    UrlTyped(String),
    /// Where one logs in.
    LoginTyped(String),
    /// The office's name there.
    ClientTyped(String),
    /// The contract's profile.
    ProfileTyped(String),
    /// Keep it.
    Kept,
    /// Sign remotely no more.
    Reset,
}

/// What was wrong with what was typed.
const WRONG: &str = "Chưa lưu. Địa chỉ phải bắt đầu bằng https:// và không kết thúc bằng dấu /; tên kết nối không để trống. Hãy sửa theo hợp đồng với nhà cung cấp.";

impl State {
    /// Takes a message in; what is to be kept.
    pub(super) fn update(&mut self, message: Message, now: &Devices) -> Option<Devices> {
        match message {
            Message::ApiChosen(api) => self.api = Some(api),
            Message::UrlTyped(text) => self.url = text,
            Message::LoginTyped(text) => self.login = text,
            Message::ClientTyped(text) => self.client = text,
            Message::ProfileTyped(text) => self.profile = text,
            Message::Kept => match self.contract() {
                Ok(contract) => {
                    *self = Self::default();
                    return Some(Devices { remote: Some(contract), ..now.clone() });
                }
                Err(error) => {
                    tracing::warn!(code = error.code(), "told");
                    self.notice = Some(Notice::caution(WRONG));
                }
            },
            Message::Reset => {
                *self = Self::default();
                return Some(Devices { remote: None, ..now.clone() });
            }
        }
        None
    }

    fn contract(&self) -> Result<Contract, RemoteError> {
        let api = self.api.ok_or(RemoteError::Contract)?;
        let typed = |text: &str| text.trim().to_owned();
        let given = |text: &str| Some(typed(text)).filter(|text| !text.is_empty());
        let more = match api {
            Api::Sp769 => (None, None),
            Api::Csc => (given(&self.login), given(&self.profile)),
        };
        Contract::new(api, typed(&self.url), typed(&self.client), more)
    }

    pub(super) fn view(&self, devices: &Devices) -> Element<'_, Message> {
        let used = match &devices.remote {
            Some(contract) => format!(
                "Đang dùng {}, {}. Khi ký chọn được thiết bị ký hoặc điện thoại.",
                contract.api.label(),
                contract.url
            ),
            None => "Chưa đặt: chỉ ký được bằng thiết bị ký số cắm vào máy.".to_owned(),
        };
        let apis = [Api::Sp769, Api::Csc].map(|api| (api, api.label()));
        let mut content = column([text::body(used).into()]).push(
            pick("Nhà cung cấp dịch vụ ký số từ xa", apis, self.api.as_ref())
                .placeholder("Chọn nhà cung cấp để đặt địa chỉ")
                .on_pick(Message::ApiChosen),
        );
        let is_typed = |text: &str| !text.trim().is_empty();
        // Enter in an empty field goes on with the first start.
        let typed = |label, value, message: fn(String) -> Message| {
            let field = field(label, value).on_change(message);
            if is_typed(value) { field.on_submit(Message::Kept) } else { field }
        };
        if let Some(api) = self.api {
            let hint = match api {
                Api::Sp769 => "Ví dụ: https://gwsca.vnpt.vn/sca/sp769",
                Api::Csc => "Ví dụ: https://remotesigning.viettel.vn/adss/service/ras/csc/v1",
            };
            content =
                content.push(typed("Địa chỉ dịch vụ", &self.url, Message::UrlTyped).hint(hint));
            if api == Api::Csc {
                content =
                    content
                        .push(typed("Địa chỉ đăng nhập", &self.login, Message::LoginTyped).hint(
                            "Ví dụ: https://remotesigning.viettel.vn/adss/service/ras/v1/login",
                        ))
                        .push(typed(
                            "Hồ sơ kết nối (profile_id), nếu có",
                            &self.profile,
                            Message::ProfileTyped,
                        ));
            }
            content = content.push(
                typed(
                    "Tên kết nối của cơ quan (sp_id, client_id)",
                    &self.client,
                    Message::ClientTyped,
                )
                .hint("Mật khẩu kết nối không lưu ở đây: người ký nhập mỗi lần ký."),
            );
        }
        let ready = self.api.is_some() && is_typed(&self.url) && is_typed(&self.client);
        let keep = secondary("Dùng dịch vụ này").on_press_maybe(ready.then_some(Message::Kept));
        let reset =
            devices.remote.is_some().then(|| quiet("Không ký từ xa").on_press(Message::Reset));
        let keep = self.api.is_some().then_some(keep);
        if keep.is_some() || reset.is_some() {
            content = content.push(row([]).push(keep).push(reset));
        }
        content.push(self.notice.as_ref().map(Notice::view)).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_service_that_may_be_told_a_secret_is_kept() {
        let (mut state, before) = (State::default(), Devices::default());
        let mut take = |message| state.update(message, &before);
        assert_eq!(take(Message::Kept), None, "nothing was chosen");
        take(Message::ApiChosen(Api::Sp769));
        take(Message::ClientTyped(" mau ".into()));
        for wrong in ["http://gwsca.vnpt.vn/sca/sp769", "gwsca.vnpt.vn", "https://a.vn/", ""] {
            take(Message::UrlTyped(wrong.into()));
            assert_eq!(take(Message::Kept), None, "{wrong}");
        }
        take(Message::UrlTyped(" https://gwsca.vnpt.vn/sca/sp769 ".into()));
        // What belongs to another provider's API is not taken along.
        take(Message::LoginTyped("https://a.vn/login".into()));
        let kept = take(Message::Kept).unwrap();
        let contract = kept.remote.clone().unwrap();
        assert_eq!((contract.client.as_str(), contract.login), ("mau", None));
        assert_eq!(state.update(Message::Reset, &kept), Some(before));
    }
}
