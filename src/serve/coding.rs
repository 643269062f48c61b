//! Content codings (RFC 9110 §8.4): how a file is compressed, and which form of it a client gets.

use std::io::Write as _;

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

/// All of them, the plain one first.
pub(super) const CODINGS: [Coding; 4] = [Coding::Identity, Coding::Gzip, Coding::Brotli, Coding::Zstd];

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

    /// The bytes in this coding; none if that fails, which memory doesn't.
    pub(super) fn encode(self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Identity => Some(bytes.to_vec()),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL));
                encoder.write_all(bytes).ok()?;
                encoder.finish().ok()
            }
            Self::Brotli => {
                let mut encoded = Vec::new();
                let settings = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_LEVEL,
                    ..brotli::enc::BrotliEncoderParams::default()
                };
                brotli::BrotliCompress(&mut &*bytes, &mut encoded, &settings).ok()?;
                Some(encoded)
            }
            Self::Zstd => zstd::bulk::compress(bytes, ZSTD_LEVEL).ok(),
        }
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
