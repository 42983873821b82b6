//! The signed token by which a customer's mail finds its conversation again when the
//! mail program has dropped the headers that say so: `ID-SIGNATURE`, in the subject as
//! `[#12-5f0c9a7be431]` or in the address as `support+12-5f0c9a7be431@example.com`.
//!
//! The signature has 48 bits, so that a subject stays readable: to guess one takes
//! more mails than a mailbox ever takes. It opens nothing: whoever has it may add a
//! message to that conversation, as whoever has its address may begin one.

use super::token::{Purpose, Signer, is_same};

/// Hexadecimal digits of the signature.
const DIGITS: usize = 12;

/// The token of a conversation.
pub fn token(signer: &Signer, conversation_id: i64) -> String {
    format!("{conversation_id}-{}", signature(signer, conversation_id))
}

/// The conversation whose token a subject carries.
pub fn in_subject(signer: &Signer, subject: &str) -> Option<i64> {
    subject.split("[#").skip(1).find_map(|rest| verify(signer, rest.split_once(']')?.0))
}

/// The conversation whose token an address carries after a `+`.
pub fn in_address(signer: &Signer, address: &str) -> Option<i64> {
    let (local, _) = address.rsplit_once('@')?;
    verify(signer, local.rsplit_once('+')?.1)
}

/// A subject without tokens, as a page shows it.
pub fn without_tag(signer: &Signer, subject: &str) -> String {
    let mut rest = subject;
    let mut plain = String::with_capacity(subject.len());
    while let Some(at) = rest.find("[#") {
        let after = &rest[at + 2..];
        let is_token = after.find(']').filter(|end| verify(signer, &after[..*end]).is_some());
        match is_token {
            Some(end) => {
                plain.push_str(rest[..at].trim_end());
                rest = &after[end + 1..];
            }
            None => {
                plain.push_str(&rest[..at + 2]);
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.trim().to_owned()
}

/// The conversation that a text of the form of a token names, whoever signed it.
pub(super) fn shown_in(token: &str) -> Option<i64> {
    let (id, digits) = token.split_once('-')?;
    let is_signature = digits.len() == DIGITS && digits.chars().all(|c| c.is_ascii_hexdigit());
    number(id).filter(|_| is_signature)
}

/// The number of a conversation.
pub(super) fn number(digits: &str) -> Option<i64> {
    let is_plain = digits.chars().all(|c| c.is_ascii_digit());
    digits.parse().ok().filter(|id| *id > 0 && is_plain)
}

fn verify(signer: &Signer, token: &str) -> Option<i64> {
    let (id, digits) = token.split_once('-')?;
    let id: i64 = id.parse().ok().filter(|id| *id > 0)?;
    let expected = signature(signer, id);
    let given = digits.to_ascii_lowercase();
    is_same(&expected, &given).then_some(id)
}

fn signature(signer: &Signer, conversation_id: i64) -> String {
    signer.short_signature(Purpose::Thread, conversation_id, "", DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject_tag(signer: &Signer, id: i64) -> String {
        format!("[#{}]", token(signer, id))
    }

    #[test]
    fn a_token_is_found_in_a_subject_and_in_an_address() {
        let ours = Signer::new(vec![7; 32].into());
        let tag = subject_tag(&ours, 12);
        assert_eq!(in_subject(&ours, &format!("Re: Order [#99] {tag} late")), Some(12));
        assert_eq!(in_subject(&ours, &tag.to_uppercase()), Some(12));
        let address = format!("support+{}@example.com", token(&ours, 12));
        assert_eq!(in_address(&ours, &address), Some(12));
        assert_eq!(
            without_tag(&ours, &format!("Re: Order [#99] {tag} late")),
            "Re: Order [#99] late"
        );
    }

    #[test]
    fn a_token_of_another_key_or_conversation_is_none() {
        let ours = Signer::new(vec![7; 32].into());
        let theirs = Signer::new(vec![8; 32].into());
        assert_eq!(in_subject(&ours, &subject_tag(&theirs, 12)), None);
        let forged = token(&ours, 12).replacen("12-", "13-", 1);
        assert_eq!(in_subject(&ours, &format!("[#{forged}]")), None);
        for nonsense in ["[#", "[#12", "[#12-]", "[#-]", "[#12-5f]", "[#0-000000000000]"] {
            assert_eq!(in_subject(&ours, nonsense), None, "{nonsense}");
            assert_eq!(without_tag(&ours, nonsense), nonsense);
        }
        assert_eq!(in_address(&ours, "support@example.com"), None);
    }
}
