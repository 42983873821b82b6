//! Secrets of others that Baton has to use, such as the password of a mailbox:
//! kept sealed with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) under a key made
//! of the installation's secret key. A sealed text opens in its own context alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};

use super::token::Signer;

/// Before the nonce: which way of sealing it is.
const VERSION: &str = "1.";
/// Bytes of an XChaCha20 nonce.
const NONCE: usize = 24;

/// It was sealed with another key, for another context, or is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened with this installation's key")]
pub struct Broken;

/// What a sealed text belongs to, by which alone it opens.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Of the inbox, or whatever else `what` names.
    pub id: i64,
    /// Which secret it is, e.g. `imap`.
    pub what: &'a str,
}

impl Context<'_> {
    fn framed(self) -> Vec<u8> {
        [&self.id.to_be_bytes()[..], self.what.as_bytes()].concat()
    }
}

/// Seals a text, each time differently. The empty text stays empty.
#[allow(clippy::expect_used, reason = "what is sealed is typed into a field of a form")]
pub fn seal(signer: &Signer, context: Context<'_>, text: &SecretString) -> String {
    let text = text.expose_secret();
    if text.is_empty() {
        return String::new();
    }
    let nonce = rand::random::<[u8; NONCE]>();
    let payload = Payload { msg: text.as_bytes(), aad: &context.framed() };
    let sealed = cipher(signer)
        .encrypt(&XNonce::from(nonce), payload)
        .expect("the cipher takes texts of less than 256 GiB");
    format!("{VERSION}{}", URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
}

/// What [`seal`] was given.
///
/// # Errors
/// [`Broken`].
pub fn open(signer: &Signer, context: Context<'_>, sealed: &str) -> Result<SecretString, Broken> {
    if sealed.is_empty() {
        return Ok(SecretString::default());
    }
    let bytes = sealed
        .strip_prefix(VERSION)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or(Broken)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(Broken)?;
    let payload = Payload { msg: sealed, aad: &context.framed() };
    let text = cipher(signer).decrypt(&XNonce::from(*nonce), payload).map_err(|_| Broken)?;
    String::from_utf8(text).map(SecretString::from).map_err(|_| Broken)
}

fn cipher(signer: &Signer) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&signer.derived_key(b"seal").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Context<'static> = Context { id: 7, what: "imap" };

    #[test]
    fn a_sealed_text_opens_with_its_key_in_its_place_alone() {
        let ours = Signer::new(vec![7; 32].into());
        let sealed = seal(&ours, HERE, &"open sesame".into());
        assert!(!sealed.contains("sesame"));
        assert_ne!(sealed, seal(&ours, HERE, &"open sesame".into()));
        let opened = open(&ours, HERE, &sealed).map(|text| text.expose_secret().to_owned());
        assert_eq!(opened, Ok("open sesame".to_owned()));

        let refused =
            |signer: &Signer, context, sealed: &str| open(signer, context, sealed).is_err();
        assert!(refused(&Signer::new(vec![8; 32].into()), HERE, &sealed));
        assert!(refused(&ours, Context { id: 8, ..HERE }, &sealed));
        assert!(refused(&ours, Context { what: "smtp", ..HERE }, &sealed));
        assert!(refused(&ours, HERE, &sealed[..sealed.len() - 2]));
        assert!(refused(&ours, HERE, "1."));
        assert!(refused(&ours, HERE, "open sesame"));
    }

    #[test]
    fn no_password_stays_none() {
        let ours = Signer::new(vec![7; 32].into());
        assert_eq!(seal(&ours, HERE, &SecretString::default()), "");
        assert!(open(&ours, HERE, "").is_ok_and(|text| text.expose_secret().is_empty()));
    }
}
