//! Sends what browsers show: encrypted for each of them, to the service that its maker
//! runs, which learns neither who is told nor what.

use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};
use web_push_native::encrypt;

use crate::App;
use crate::config::Config;
use crate::db::{Db, DbError, Utc};
use crate::models::delivery::{self, Leased};
use crate::models::push::{self, Key, Message};
use crate::models::token::Signer;
use crate::net::Dialer;

/// For a whole try, well within a lease.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a push service keeps what a browser does not fetch, in seconds.
const TTL: &str = "3600";

/// What it takes to send to browsers.
#[derive(Clone)]
pub(super) struct Pushes {
    db: Db,
    signer: Signer,
    client: Client,
    dialer: Dialer,
    /// Where whoever runs a push service reaches us.
    contact: String,
}

/// How a try ended.
enum Outcome {
    Sent,
    /// The push service knows the browser no more.
    Gone,
    PutOff(String),
    Refused(String),
}

impl Pushes {
    /// What this installation sends with.
    ///
    /// # Errors
    /// One line, fit for an operator.
    pub(super) fn of(app: &App) -> Result<Self, String> {
        let dialer = Dialer::new(&app.config.mail_servers);
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(Allowed(dialer.clone())))
            // What an address leads to is looked at here, and nowhere else.
            .no_proxy()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| error.to_string())?;
        let contact = contact(&app.config);
        Ok(Self { db: app.db.clone(), signer: app.signer.clone(), client, dialer, contact })
    }

    /// Makes a try, and notes how it ended. Of what has left nothing is kept.
    ///
    /// # Errors
    /// When the database fails: what could not be noted is left to the lease.
    pub(super) async fn send(&self, leased: Leased) -> Result<(), DbError> {
        let (id, attempt) = (leased.id, leased.attempts);
        let signer = self.signer.clone();
        let read = self.db.read(move |conn| {
            Ok((push::message(conn, id, Utc::now())?, push::find_key(conn, &signer)?))
        });
        let (Some(message), Some(key)) = read.await? else {
            tracing::info!(delivery = id, "a browser is not told any more");
            return self.db.change(move |conn| delivery::discard(conn, id)).await;
        };
        match self.try_once(&message, &key).await {
            Outcome::Sent => {
                tracing::info!(delivery = id, "a browser was told");
                self.db.change(move |conn| delivery::discard(conn, id)).await
            }
            Outcome::Gone => {
                tracing::info!(delivery = id, "a browser is gone");
                self.db
                    .change(move |conn| {
                        push::forget(conn, message.subscription_id)?;
                        delivery::discard(conn, id)
                    })
                    .await
            }
            Outcome::PutOff(why) => {
                tracing::warn!(delivery = id, attempt, why, "a browser was not told yet");
                self.db
                    .change(move |conn| delivery::mark_retry(conn, &leased, &why, Utc::now()))
                    .await
            }
            Outcome::Refused(why) => {
                tracing::warn!(delivery = id, why, "a browser cannot be told");
                self.db.change(move |conn| delivery::discard(conn, id)).await
            }
        }
    }

    async fn try_once(&self, message: &Message, key: &Key) -> Outcome {
        let prepared = self.prepare(message, key).await;
        let (url, body, authorization) = match prepared {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::Refused(why),
        };
        let sent = self
            .client
            .post(url)
            .header("Authorization", authorization)
            .header("TTL", TTL)
            .header("Urgency", "normal")
            // What waits for the same place is exchanged for this.
            .header("Topic", message.topic(&self.signer))
            .header("Content-Type", "application/octet-stream")
            .header("Content-Encoding", "aes128gcm")
            .body(body)
            .send()
            .await;
        match sent {
            Ok(answer) => outcome(answer.status()),
            // The address is the browser's secret.
            Err(error) => Outcome::PutOff(error.without_url().to_string()),
        }
    }

    /// Where it goes, encrypted, with the signature.
    async fn prepare(&self, of: &Message, key: &Key) -> Result<(Url, Vec<u8>, String), String> {
        let url = Url::parse(&of.endpoint).map_err(|error| error.to_string())?;
        // Names are looked at as they are looked up; what is an address already, here.
        if !matches!(url.host(), Some(Host::Domain(_))) {
            self.dialer.find_web(&url).await.map_err(|problem| problem.reason)?;
        }
        let payload = serde_json::json!({
            "title": of.told.headline,
            "body": of.told.about,
            "url": of.told.place.path(),
            "tag": of.told.place.tag(),
            "sound": of.with_sound,
        });
        let (public, auth) = &of.keys;
        let body = encrypt(payload.to_string().into_bytes(), public, auth)
            .map_err(|error| error.to_string())?;
        let authorization = key.authorization(&url, &self.contact)?;
        Ok((url, body, authorization))
    }
}

/// The answers of RFC 8030, and those of web servers in trouble.
fn outcome(status: StatusCode) -> Outcome {
    let why = || format!("The push service answered {}.", status.as_u16());
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Outcome::PutOff(why()),
        _ if status.is_success() => Outcome::Sent,
        _ if status.is_server_error() => Outcome::PutOff(why()),
        _ => Outcome::Refused(why()),
    }
}

/// Our address where it is one on the web, else the one that mails come from.
fn contact(config: &Config) -> String {
    if config.is_https() {
        return config.base_url.origin().ascii_serialization();
    }
    format!("mailto:{}", config.mail_from.email)
}

/// Looks up names, as far as the configuration lets us connect to what they name.
struct Allowed(Dialer);

impl Resolve for Allowed {
    fn resolve(&self, name: Name) -> Resolving {
        let dialer = self.0.clone();
        Box::pin(async move {
            let found = dialer.find(name.as_str(), 0).await?;
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}
