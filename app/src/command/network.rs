//! What signing and raising ask of the user about the network.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use pki::certificate::Certificate;
use reports::verify::{Level, Trust};

use crate::{
    failure::{AppError, Failure},
    online::Online,
};

/// Exit code of a signature that stands lower than was wished.
pub const SHORT: u8 = 7;
/// Of a file of issuers without a certificate.
const USAGE: u8 = 2;

/// Options that go to the network.
#[derive(Args)]
pub struct Network {
    /// Địa chỉ dịch vụ cấp dấu thời gian (RFC 3161), http:// hoặc https://.
    #[arg(long, value_name = "URL", value_parser = web)]
    pub tsa: Option<String>,
    /// Chờ mỗi câu trả lời của dịch vụ trên mạng tối đa bao nhiêu giây.
    #[arg(long, default_value_t = 60, value_name = "GIÂY", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
    /// Chứng thư của các nơi cấp (DER, PEM hoặc P7B), khi tệp và mạng không cho; dùng được nhiều lần.
    #[arg(long, value_name = "TỆP")]
    pub issuers: Vec<PathBuf>,
}

impl Network {
    /// The services.
    pub fn online(&self) -> Online {
        Online::new(self.tsa.clone(), Duration::from_secs(self.timeout))
    }

    /// The certificates of issuers that were given.
    pub fn issuers(&self) -> Result<Vec<Certificate>, Failure> {
        let mut all = Vec::new();
        for path in &self.issuers {
            let failed = |source| AppError::Read { path: path.display().to_string(), source };
            let bytes =
                std::fs::read(path).map_err(|why| Failure::with_exit(failed(why), USAGE))?;
            let read = Trust::read([bytes.as_slice()]);
            let read = read.map_err(|why| Failure::with_exit(why, USAGE))?;
            all.extend(read.certificates().cloned());
        }
        Ok(all)
    }
}

fn web(url: &str) -> Result<String, &'static str> {
    let is_web = ["http://", "https://"].iter().any(|head| url.starts_with(head));
    if is_web {
        Ok(url.to_owned())
    } else {
        Err("địa chỉ phải bắt đầu bằng http:// hoặc https://")
    }
}

/// PAdES baseline (ETSI EN 319 142-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Wanted {
    /// Chữ ký cùng chứng thư.
    #[value(name = "B-B")]
    Basic,
    /// Thêm dấu thời gian.
    #[value(name = "B-T")]
    Time,
    /// Thêm dữ liệu kiểm tra: chứng thư, trả lời OCSP, danh sách thu hồi.
    #[value(name = "B-LT")]
    LongTerm,
    /// Thêm dấu thời gian lưu trữ.
    #[value(name = "B-LTA")]
    Archive,
}

impl From<Wanted> for Level {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Basic => Self::Basic,
            Wanted::Time => Self::Time,
            Wanted::LongTerm => Self::LongTerm,
            Wanted::Archive => Self::Archive,
        }
    }
}
