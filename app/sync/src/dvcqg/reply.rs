//! What the portal answers.

use office::{Explain, text};
use serde::Deserialize;
use serde_json::Value;

/// A larger answer is none.
const MAX_BYTES: usize = 8 << 20;
/// Most characters of the portal's own words that are kept.
const MAX_WORDS: usize = 1_000;

/// The answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It is in (code 0 or "00").
    Accepted {
        /// What came back, if anything.
        result: Option<Value>,
    },
    /// The portal has the dossier already: send it as an update (3 or -3, "đã tồn tại").
    SendAsUpdate,
    /// Refused, with the portal's own code and words.
    Refused {
        /// The code, as a text.
        code: String,
        /// The words, at most 1.000 characters.
        words: String,
    },
}

/// An answer that is none of the portal's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Cổng Dịch vụ công trả lời không đúng định dạng nên chưa biết hồ sơ đã được nhận hay chưa. Hồ sơ vẫn nằm trong hàng chờ gửi. Hãy thử lại sau hoặc báo cho tỉnh."
)]
pub struct ReplyError;

impl Explain for ReplyError {
    fn code(&self) -> &'static str {
        "SYN-02"
    }
    fn english(&self) -> String {
        "The portal's answer has a wrong format, so it is not known whether the dossier is in. It stays in the queue. Try again later or tell the province.".into()
    }
}

#[derive(Deserialize)]
struct Answer {
    error_code: Value,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    result: Option<Value>,
}

impl Reply {
    /// Reads an answer: `error_code` as a number or a text, `message`, `result`.
    pub fn parse(json: &[u8]) -> Result<Reply, ReplyError> {
        if json.len() > MAX_BYTES {
            return Err(ReplyError);
        }
        let answer: Answer = serde_json::from_slice(json).map_err(|_| ReplyError)?;
        let code = match answer.error_code {
            Value::String(code) => text::clean(&code),
            Value::Number(code) => code.to_string(),
            _ => return Err(ReplyError),
        };
        let words = text::clean(&answer.message.unwrap_or_default());
        Ok(match code.as_str() {
            "" => return Err(ReplyError),
            "0" | "00" => Reply::Accepted { result: answer.result.filter(|r| !r.is_null()) },
            "3" | "-3" if text::fold(&words).contains("da ton tai") => Reply::SendAsUpdate,
            _ => Reply::Refused {
                code: code.chars().take(32).collect(),
                words: words.chars().take(MAX_WORDS).collect(),
            },
        })
    }
}
