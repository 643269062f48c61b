//! Bodies that come compressed.

use std::io::{self, ErrorKind, Read};

use flate2::read::MultiGzDecoder;

/// How a body may be compressed, as `Accept-Encoding` says it.
pub(crate) const GZIP: &str = "gzip";

/// Whether a `Content-Encoding` is the one that is understood here.
pub(crate) fn is_gzip(coding: &str) -> bool {
    let coding = coding.trim();
    coding.eq_ignore_ascii_case(GZIP) || coding.eq_ignore_ascii_case("x-gzip")
}

/// A body as it was before it was compressed, if the answer's `Content-Encoding` says that it was.
pub(super) fn decoded<'a>(coding: Option<&str>, body: impl Read + 'a) -> Box<dyn Read + 'a> {
    if coding.is_some_and(is_gzip) { Box::new(Gzip(MultiGzDecoder::new(body))) } else { Box::new(body) }
}

struct Gzip<R>(MultiGzDecoder<R>);

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Where it ends too early, it is what was compressed that isn't whole.
        self.0.read(buffer).map_err(|err| match err.kind() {
            ErrorKind::UnexpectedEof => io::Error::other("gzip without its end"),
            _ => err,
        })
    }
}
