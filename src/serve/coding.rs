//! Content codings (RFC 9110 §8.4): how a file is compressed, and which form of it a client gets.

use std::io::Write as _;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// A coding that files are kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Brotli,
    Zstd,
}

/// Those that make files smaller.
pub(super) const SMALLER: [Coding; 3] = [Coding::Gzip, Coding::Brotli, Coding::Zstd];

/// How hard each works: the level from which a feed shrinks by little more and takes much longer.
const GZIP_LEVEL: u32 = 6;
const BROTLI_LEVEL: i32 = 5;
const ZSTD_LEVEL: i32 = 6;

impl Coding {
    /// Its name in headers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The bytes in this coding, if it makes them fewer.
    pub(super) fn encode(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut encoded = Vec::new();
        match self {
            Self::Identity => return None,
            Self::Gzip => {
                let mut encoder = GzEncoder::new(&mut encoded, Compression::new(GZIP_LEVEL));
                encoder.write_all(bytes).ok()?;
                encoder.finish().ok()?;
            }
            Self::Brotli => {
                let settings = BrotliEncoderParams { quality: BROTLI_LEVEL, ..BrotliEncoderParams::default() };
                brotli::BrotliCompress(&mut &*bytes, &mut encoded, &settings).ok()?;
            }
            Self::Zstd => encoded = zstd::bulk::compress(bytes, ZSTD_LEVEL).ok()?,
        }
        Some(encoded).filter(|encoded| encoded.len() < bytes.len())
    }

    /// How much a client wants this coding, by its `Accept-Encoding` (RFC 9110 §12.5.3); 0 if not at all.
    pub(super) fn weight(self, accepted: &str) -> f32 {
        let named = weight_of(self.name(), accepted);
        let named = if self == Self::Gzip { named.or_else(|| weight_of("x-gzip", accepted)) } else { named };
        let unnamed = if self == Self::Identity { f32::MIN_POSITIVE } else { 0.0 };
        named.or_else(|| weight_of("*", accepted)).unwrap_or(unnamed)
    }
}

/// The weight that a client gives a name; none if it doesn't name it, or gives it no number.
fn weight_of(name: &str, accepted: &str) -> Option<f32> {
    accepted.split(',').find_map(|member| {
        let mut parts = member.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case(name) {
            return None;
        }
        let Some(weight) = parts.next() else { return Some(1.0) };
        let (key, value) = weight.split_once('=')?;
        let value = value.trim().parse::<f32>().ok().filter(|value| (0.0..=1.0).contains(value));
        value.filter(|_| key.trim().eq_ignore_ascii_case("q"))
    })
}
