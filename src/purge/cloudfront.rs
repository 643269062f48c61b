//! Amazon `CloudFront`: [`CreateInvalidation`](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html).

use std::fmt::Write as _;

use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::HttpRequest;
use ureq::http::Request;
use url::Url;
use uuid::Uuid;

use super::request::{api_agent, send};
use super::{api_or, secret};
use crate::error::Error;
use crate::net::{Access, now};
use crate::text::escape;

const NAME: &str = "CloudFront";

/// How many paths an invalidation may have.
const MOST: usize = 3000;

pub(super) fn purge(distribution: &str, addresses: &[Url], api: Option<&Url>, access: &Access) -> Result<(), Error> {
    let credential = AwsCredential {
        key_id: secret("AWS_ACCESS_KEY_ID", NAME)?,
        secret_key: secret("AWS_SECRET_ACCESS_KEY", NAME)?,
        token: secret("AWS_SESSION_TOKEN", NAME).ok(),
    };
    let agent = api_agent(access);
    let api = api_or(api, "https://cloudfront.amazonaws.com");
    for some in addresses.chunks(MOST) {
        let request = Request::post(format!("{api}/2020-05-31/distribution/{distribution}/invalidation"))
            .header("Content-Type", "text/xml")
            .body(invalidation(some));
        let request = request.map_err(|err| Error::new(NAME, err.to_string()))?;
        send(&agent, &signed(request, &credential)?, NAME, access)?;
    }
    Ok(())
}

/// An invalidation of these addresses. Its reference says that it is another one each time.
fn invalidation(addresses: &[Url]) -> String {
    let mut items = String::new();
    for address in addresses {
        items.push_str("<Path>");
        escape(&mut items, address.path());
        items.push_str("</Path>");
    }
    let reference = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{} {items}", now().as_nanos()).as_bytes());
    let mut batch = String::new();
    let _ = write!(
        batch,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths>\
         <Quantity>{}</Quantity><Items>{items}</Items></Paths><CallerReference>{reference}</CallerReference></InvalidationBatch>",
        addresses.len()
    );
    batch
}

/// The request with Amazon's signature, version 4.
fn signed(request: Request<String>, credential: &AwsCredential) -> Result<Request<String>, Error> {
    let (parts, body) = request.into_parts();
    let mut request: HttpRequest = Request::from_parts(parts, body.clone().into());
    let signer = AwsAuthorizer::new(credential, "cloudfront", "us-east-1");
    signer.try_authorize(&mut request, None).map_err(|err| Error::new(NAME, err.to_string()))?;
    let (parts, _) = request.into_parts();
    Ok(Request::from_parts(parts, body))
}
