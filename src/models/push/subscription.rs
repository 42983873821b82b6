//! What a browser says of itself when it is turned on. It comes from outside: where it
//! leads is an address that this installation will send to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::{Host, Url};
use web_push_native::{Auth, p256};

/// The longest address of a push service, in bytes.
const ENDPOINT_MAX: usize = 1000;

/// Why a browser's subscription cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("This browser named no https address of a push service.")]
    Endpoint,
    #[error("This browser sent keys that cannot be used.")]
    Keys,
}

/// A browser's subscription, checked as far as that is possible without the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub endpoint: Url,
    /// In base64url, as `auth`.
    pub p256dh: String,
    pub auth: String,
    pub with_sound: bool,
}

impl Subscription {
    /// Reads what a browser sent. Only where `in_clear` says so, one on this machine
    /// may do without TLS.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(
        endpoint: &str,
        p256dh: &str,
        auth: &str,
        with_sound: bool,
        in_clear: bool,
    ) -> Result<Self, Malformed> {
        let url = Url::parse(endpoint).map_err(|_| Malformed::Endpoint)?;
        let is_secure =
            url.scheme() == "https" || (url.scheme() == "http" && in_clear && is_here(&url));
        let is_plain = url.username().is_empty() && url.password().is_none();
        if !is_secure || !is_plain || url.host().is_none() || url.as_str().len() > ENDPOINT_MAX {
            return Err(Malformed::Endpoint);
        }
        let [p256dh, auth] = [p256dh, auth].map(|key| key.trim_end_matches('=').to_owned());
        keys(&p256dh, &auth).ok_or(Malformed::Keys)?;
        Ok(Self { endpoint: url, p256dh, auth, with_sound })
    }
}

/// Whether an address is of this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The keys that a browser's messages are encrypted for; `None` where they are none.
pub(super) fn keys(p256dh: &str, auth: &str) -> Option<(p256::PublicKey, Auth)> {
    let public = URL_SAFE_NO_PAD.decode(p256dh).ok().filter(|bytes| bytes.len() == 65)?;
    let auth: [u8; 16] = URL_SAFE_NO_PAD.decode(auth).ok()?.try_into().ok()?;
    Some((p256::PublicKey::from_sec1_bytes(&public).ok()?, auth.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY";
    const AUTH: &str = "_ordMnz7uTCmrpBTeUV4Bw";

    fn parse(endpoint: &str, in_clear: bool) -> Result<Subscription, Malformed> {
        Subscription::parse(endpoint, KEY, AUTH, true, in_clear)
    }

    #[test]
    fn a_push_service_is_reached_by_https_alone() {
        assert!(parse("https://push.example/a-device", false).is_ok());
        for refused in [
            "",
            "push.example/a-device",
            "http://push.example/a-device",
            "https://user:secret@push.example/",
            "ftp://push.example/",
            "javascript:alert(1)",
        ] {
            assert_eq!(parse(refused, true), Err(Malformed::Endpoint), "{refused}");
        }
        let long = format!("https://push.example/{}", "x".repeat(ENDPOINT_MAX));
        assert_eq!(parse(&long, true), Err(Malformed::Endpoint));
        assert!(parse("http://127.0.0.1:9/", true).is_ok());
        assert_eq!(parse("http://127.0.0.1:9/", false), Err(Malformed::Endpoint));
    }

    #[test]
    fn keys_are_a_point_of_the_curve_and_sixteen_bytes() {
        let parse = |key: &str, auth: &str| {
            Subscription::parse("https://push.example/", key, auth, false, false).map(|_| ())
        };
        assert_eq!(parse(KEY, AUTH), Ok(()));
        assert_eq!(parse(KEY, &format!("{AUTH}==")), Ok(()));
        let elsewhere = KEY.replace("BLn9", "BLn8");
        for (key, auth) in
            [("", AUTH), (KEY, ""), (&KEY[..40], AUTH), (KEY, KEY), (&elsewhere, AUTH)]
        {
            assert_eq!(parse(key, auth), Err(Malformed::Keys), "{key} {auth}");
        }
    }
}
