//! Links and cookies that prove something: `ID.SIGNATURE`, where the signature
//! is an HMAC-SHA256 (RFC 2104) over a purpose, the row's id and the random
//! nonce in that row. Nothing that is stored can be used as a token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::{Digest, Sha256};
use strum::{EnumIter, IntoStaticStr};

/// What a token is good for; its word is signed. A token of one purpose is worth nothing for
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Purpose {
    /// An invitation's link as it was mailed: proves the address.
    MailedInvitation,
    /// An invitation's link as an administrator copied it: proves nothing.
    CopiedInvitation,
    ResetPassword,
    /// The step after the proof of an address in a browser where its user was signed in.
    OwnReset,
    /// A link for a new password that an operator hands over: proves no address.
    HandedReset,
    VerifyAddress,
    /// A browser that wrote to a chat.
    Visitor,
    /// A file of a chat that stands in a frame, where a link brings no cookie.
    ChatFile,
    /// The stream of a conversation in a chat that stands in a frame, for the same reason.
    ChatStream,
    /// A conversation, in the subject or the address of a mail.
    Thread,
    /// Turns off the mail that tells a member of what happens.
    StopNotifications,
    /// A member who answers by mail what a mail told them.
    MemberAnswer,
    /// Whom a mail to a member names as those who get an answer to it.
    AnswerRecipients,
    /// Turns off the mail that brings a customer the answers of a chat.
    StopChatAnswers,
    /// A customer who answers a mail that brought them those.
    VisitorAnswer,
    /// A browser in which somebody opened the link of such a mail.
    ProvedVisitor,
}

/// Signs and checks tokens with the installation's secret key.
#[derive(Clone)]
pub struct Signer {
    key: std::sync::Arc<SecretSlice<u8>>,
}

impl Signer {
    /// A signer for the installation's secret key (at least 32 bytes).
    pub fn new(key: SecretSlice<u8>) -> Self {
        Self { key: std::sync::Arc::new(key) }
    }

    /// The token for a row.
    pub fn sign(&self, purpose: Purpose, id: i64, nonce: &str) -> String {
        format!("{id}.{}", URL_SAFE_NO_PAD.encode(self.signature(purpose, id, nonce)))
    }

    /// The signature alone, for tokens of another shape.
    pub(super) fn signature(&self, purpose: Purpose, id: i64, nonce: &str) -> [u8; 32] {
        self.mac(purpose, id, nonce).finalize().into_bytes().into()
    }

    /// The beginning of the signature in hexadecimal digits, for words that people see.
    pub(super) fn short_signature(
        &self,
        purpose: Purpose,
        id: i64,
        nonce: &str,
        digits: usize,
    ) -> String {
        let signature = self.signature(purpose, id, nonce);
        let mut word: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        word.truncate(digits);
        word
    }

    /// Whether `token` is the one of this row, compared in constant time.
    pub fn verify(&self, token: &str, purpose: Purpose, id: i64, nonce: &str) -> bool {
        let Some((_, signature)) = token.split_once('.') else { return false };
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.mac(purpose, id, nonce).verify_slice(&signature).is_ok()
    }

    /// A name for these parts together that gives away none of them, such as an address
    /// or an IP: 24 letters that fit into a URL.
    pub fn pseudonym(&self, parts: &[&str]) -> String {
        let mut mac = self.keyed(b"bucket");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..18])
    }

    /// What the database keeps to recognise the key, without being the key.
    pub fn fingerprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.keyed(b"fingerprint").finalize().into_bytes()[..12])
    }

    /// A key for another use, such as [`super::seal`]: known of one, nothing is
    /// known of the others.
    pub(super) fn derived_key(&self, label: &[u8]) -> [u8; 32] {
        self.keyed(label).finalize().into_bytes().into()
    }

    fn mac(&self, purpose: Purpose, id: i64, nonce: &str) -> Hmac<Sha256> {
        let mut mac = self.keyed(purpose.into_str().as_bytes());
        mac.update(&id.to_be_bytes());
        mac.update(nonce.as_bytes());
        mac
    }

    #[allow(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104)")]
    fn keyed(&self, label: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.expose_secret()).expect("a key of any length");
        mac.update(&(label.len() as u64).to_be_bytes());
        mac.update(label);
        mac
    }
}

/// Whether two signatures are the same, compared in constant time.
pub(super) fn is_same(expected: &str, given: &str) -> bool {
    subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), given.as_bytes()).into()
}

/// The row that a token speaks of; `None` when it is not shaped like a token.
/// Worth nothing before [`Signer::verify`].
pub fn row_id(token: &str) -> Option<i64> {
    token.split_once('.')?.0.parse().ok().filter(|id| *id > 0)
}

/// 256 random bits for a row's nonce or a session's key, as URL-safe text.
pub fn nonce() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// 128 random bits: for keys in URLs and the submission id of a form.
pub fn short_nonce() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

/// The SHA-256 of a secret, as it is stored.
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// What is stored of a form so that it is known again: its random id with what it says, and
/// where that is said. A page that the browser kept and that is sent with other words is
/// another form.
pub fn mark(parts: &[&str]) -> String {
    let lengths: Vec<String> = parts.iter().map(|part| part.len().to_string()).collect();
    hash(&format!("{}:{}", lengths.join(","), parts.concat()))
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    fn signer(key: &[u8]) -> Signer {
        Signer::new(key.to_vec().into())
    }

    #[test]
    fn a_form_with_other_words_is_another_one_wherever_they_end() {
        assert_eq!(mark(&["id", "Hello"]), mark(&["id", "Hello"]));
        assert_ne!(mark(&["id", "Hello"]), mark(&["id", "Hallo"]));
        assert_ne!(mark(&["id", "a", "bc"]), mark(&["id", "ab", "c"]));
    }

    #[test]
    fn what_is_signed_of_a_purpose_stays_the_same() {
        let words: Vec<&str> = Purpose::iter().map(|purpose| purpose.into_str()).collect();
        assert_eq!(
            words.join(" "),
            "mailed-invitation copied-invitation reset-password own-reset handed-reset \
             verify-address visitor chat-file chat-stream thread stop-notifications member-answer \
             answer-recipients stop-chat-answers visitor-answer proved-visitor"
        );
    }

    #[test]
    fn a_token_is_good_for_its_row_its_purpose_and_its_key_alone() {
        let ours = signer(&[7; 32]);
        let token = ours.sign(Purpose::MailedInvitation, 12, "n");
        assert_eq!(row_id(&token), Some(12));
        assert!(ours.verify(&token, Purpose::MailedInvitation, 12, "n"));
        assert!(!ours.verify(&token, Purpose::CopiedInvitation, 12, "n"));
        assert!(!ours.verify(&token, Purpose::MailedInvitation, 13, "n"));
        assert!(!ours.verify(&token, Purpose::MailedInvitation, 12, "resent"));
        assert!(!signer(&[8; 32]).verify(&token, Purpose::MailedInvitation, 12, "n"));
        assert!(!ours.verify("12.", Purpose::MailedInvitation, 12, "n"));
        assert!(!ours.verify("12", Purpose::MailedInvitation, 12, "n"));
    }
}
