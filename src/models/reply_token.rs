//! The signed word by which an answer to a mail of Baton's own finds its way: in the
//! address, as `support+m7-12-0f3a…@example.com`, or in the subject, as `[#m7-12-0f3a…]`,
//! where the mailbox takes no such addresses.
//!
//! Unlike a [`super::thread_token`], it speaks in somebody's name, so it is longer: it
//! was mailed to one address, and only its readers know it.

use super::address::Address;
use super::mailbox::Mailbox;
use super::token::{Purpose, Signer, is_same};

/// Stands in mails that can be answered: what follows is theirs, and no part of an answer.
pub const ABOVE: &str = "## Answer above this line ##";
/// How mails say that they can be answered.
pub const ANSWERING: &str = "Answer this mail, and your text goes to";

/// Stands in the links of mails that are for their reader alone.
pub const LINK: &str = "/unsubscribe?token=";

/// Whether a text still holds a part of a mail of ours, which is for its reader alone.
pub fn quotes_ours(text: &str) -> bool {
    let flowing = text.split_whitespace().collect::<Vec<_>>().join(" ");
    [LINK, ANSWERING, ABOVE].iter().any(|ours| flowing.contains(ours)) || names_a_word(&flowing)
}

/// Whether a text holds what looks like a word of ours, as addresses and subjects do.
fn names_a_word(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| {
        let Some((numbers, signature)) = word.rsplit_once('-') else { return false };
        let Some(numbers) = numbers.strip_prefix(['m', 'M', 'v', 'V']) else { return false };
        let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
        numbers.starts_with(|c: char| c.is_ascii_digit())
            && numbers.split('-').all(is_hex)
            && signature.len() == DIGITS
            && is_hex(signature)
    })
}

/// Hexadecimal digits of the signature: 96 bits.
const DIGITS: usize = 24;
/// And of whom a mail named. It is signed with the rest, so that nobody can look for others
/// who have the same ones.
const NAMED_DIGITS: usize = 8;
/// The longest part of an address before its `@` (RFC 5321, 4.5.3.1.1).
const LOCAL_MAX: usize = 64;

/// Who answers what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A member, of what they were told; without a conversation, the mail told of several.
    Member { membership_id: i64, conversation_id: Option<i64>, named: Option<Named> },
    /// Whoever got the answers of a chat by mail, at the address they answer from.
    Visitor { conversation_id: i64 },
}

/// Whom a mail named as those who get an answer to it, in short. Others are another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named(u32);

impl Named {
    /// These, in a conversation: the customer, and who gets a copy.
    pub fn of(signer: &Signer, conversation_id: i64, to: &Address, cc: &[Address]) -> Self {
        let mut copied: Vec<&str> = cc.iter().map(|one| &*one.email).collect();
        copied.sort_unstable();
        let all = format!("{}\n{}", to.email, copied.join("\n"));
        let purpose = Purpose::AnswerRecipients;
        let digits = signer.short_signature(purpose, conversation_id, &all, NAMED_DIGITS);
        Self(u32::from_str_radix(&digits, 16).unwrap_or_default())
    }
}

/// The word of a member's mail about a conversation. It says whom the mail named, where an
/// answer goes out by mail: nobody else gets one.
pub fn of_member(
    signer: &Signer,
    membership_id: i64,
    conversation_id: i64,
    named: Option<Named>,
) -> String {
    let id = conversation_id;
    let signature = member_signature(signer, membership_id, id, named);
    match named {
        Some(Named(named)) => format!("m{membership_id}-{id}-{named:08x}-{signature}"),
        None => format!("m{membership_id}-{id}-{signature}"),
    }
}

/// The word of a member's mail about several conversations.
pub fn of_several(signer: &Signer, membership_id: i64) -> String {
    of_member(signer, membership_id, 0, None)
}

fn member_signature(signer: &Signer, membership_id: i64, id: i64, named: Option<Named>) -> String {
    let nonce = match named {
        Some(Named(named)) => format!("{membership_id} {named}"),
        None => membership_id.to_string(),
    };
    signature(signer, Purpose::MemberAnswer, id, &nonce)
}

/// The word of a mail that brought the answers of a chat to this address.
pub fn of_visitor(signer: &Signer, conversation_id: i64, email: &str) -> String {
    let signature = signature(signer, Purpose::VisitorAnswer, conversation_id, email);
    format!("v{conversation_id}-{signature}")
}

/// Where an answer goes: the address, and what the subject says besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyTo {
    pub address: String,
    pub tag: Option<String>,
}

/// Where the answers with this word go in a mailbox.
pub fn reply_to(mailbox: &Mailbox, word: &str) -> ReplyTo {
    if mailbox.has_plus_addresses
        && let Some((local, domain)) = mailbox.address.rsplit_once('@')
        && local.len() + 1 + word.len() <= LOCAL_MAX
    {
        return ReplyTo { address: format!("{local}+{word}@{domain}"), tag: None };
    }
    ReplyTo { address: mailbox.address.clone(), tag: Some(format!("[#{word}]")) }
}

/// The answer that an address is for, in a mail that comes from `from`.
pub fn in_address(signer: &Signer, address: &str, from: &str) -> Option<Answer> {
    let (local, _) = address.rsplit_once('@')?;
    verify(signer, local.rsplit_once('+')?.1, from)
}

/// The answer that a subject is of, in a mail that comes from `from`.
pub fn in_subject(signer: &Signer, subject: &str, from: &str) -> Option<Answer> {
    subject.split("[#").skip(1).find_map(|rest| verify(signer, rest.split_once(']')?.0, from))
}

fn verify(signer: &Signer, word: &str, from: &str) -> Option<Answer> {
    let word = word.to_ascii_lowercase();
    if let Some(of_visitor) = word.strip_prefix('v') {
        let (id, given) = of_visitor.split_once('-')?;
        let conversation_id = id.parse().ok().filter(|id| *id > 0)?;
        let expected = signature(signer, Purpose::VisitorAnswer, conversation_id, from);
        return is_same(&expected, given).then_some(Answer::Visitor { conversation_id });
    }
    let mut parts = word.strip_prefix('m')?.splitn(4, '-');
    let membership_id: i64 = parts.next()?.parse().ok().filter(|id| *id > 0)?;
    let id: i64 = parts.next()?.parse().ok().filter(|id| *id >= 0)?;
    let (named, given) = match (parts.next()?, parts.next()) {
        (named, Some(given)) => (Some(Named(u32::from_str_radix(named, 16).ok()?)), given),
        (given, None) => (None, given),
    };
    let conversation_id = Some(id).filter(|id| *id > 0);
    is_same(&member_signature(signer, membership_id, id, named), given).then_some(Answer::Member {
        membership_id,
        conversation_id,
        named,
    })
}

fn signature(signer: &Signer, purpose: Purpose, id: i64, nonce: &str) -> String {
    signer.short_signature(purpose, id, nonce, DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HANNA: &str = "hanna@example.com";

    #[test]
    fn a_word_is_found_in_an_address_and_in_a_subject() {
        let ours = Signer::new(vec![7; 32].into());
        let named = Named::of(&ours, 12, &Address::new("", HANNA), &[]);
        let of =
            |named| Some(Answer::Member { membership_id: 7, conversation_id: Some(12), named });
        let (word, answer) = (of_member(&ours, 7, 12, Some(named)), of(Some(named)));
        assert_eq!(in_address(&ours, &format!("support+{word}@example.com"), ""), answer);
        let subject = format!("Re: [#9] [#{}]", word.to_uppercase());
        assert_eq!(in_subject(&ours, &subject, ""), answer);
        let subject = format!("[#{}]", of_member(&ours, 7, 12, None));
        assert_eq!(in_subject(&ours, &subject, ""), of(None));
        let several = Some(Answer::Member { membership_id: 7, conversation_id: None, named: None });
        let subject = format!("[#{}]", of_several(&ours, 7));
        assert_eq!(in_subject(&ours, &subject, ""), several);
        for word in [word, of_several(&ours, 7), of_visitor(&ours, 12, HANNA)] {
            assert!(quotes_ours(&format!("It came to support+{word}@example.com.")), "{word}");
        }
        assert!(!quotes_ours("model-507f1f77bcf86cd799439011 m7-12 v1-2"));
    }

    #[test]
    fn others_in_the_mail_are_another_value_in_whatever_order() {
        let ours = Signer::new(vec![7; 32].into());
        let to = Address::new("Hanna", HANNA);
        let [eve, tom] = ["eve@example.com", "tom@example.com"].map(|it| Address::new("", it));
        let of = |id, to: &Address, cc: &[&Address]| {
            let cc: Vec<Address> = cc.iter().copied().cloned().collect();
            Named::of(&ours, id, to, &cc)
        };
        let both = of(12, &to, &[&eve, &tom]);
        assert_eq!(both, of(12, &Address::new("Another", HANNA), &[&tom, &eve]));
        let others = [of(12, &to, &[&eve]), of(12, &eve, &[&to, &tom]), of(13, &to, &[&eve, &tom])];
        assert!(!others.contains(&both));
    }

    #[test]
    fn a_visitors_word_is_good_for_the_address_it_was_mailed_to() {
        let ours = Signer::new(vec![7; 32].into());
        let address = format!("support+{}@example.com", of_visitor(&ours, 12, HANNA));
        let answer = Some(Answer::Visitor { conversation_id: 12 });
        assert_eq!(in_address(&ours, &address, HANNA), answer);
        assert_eq!(in_address(&ours, &address, "eve@example.com"), None);
        assert_eq!(in_address(&ours, &address.replace("v12", "v13"), HANNA), None);
    }

    #[test]
    fn a_word_of_another_member_conversation_or_key_is_none() {
        let ours = Signer::new(vec![7; 32].into());
        let word = of_member(&ours, 7, 12, Some(Named(0x0a1b_2c3d)));
        let theirs = of_member(&Signer::new(vec![8; 32].into()), 7, 12, None);
        let thread = super::super::thread_token::token(&ours, 12);
        let forged = [("m7", "m8"), ("-12-", "-13-"), ("0a1b", "1a1b"), ("-0a1b2c3d", "")]
            .map(|(from, to)| word.replacen(from, to, 1));
        for wrong in forged.into_iter().chain([theirs, thread]) {
            assert_eq!(in_subject(&ours, &format!("[#{wrong}]"), HANNA), None, "{wrong}");
        }
        for nonsense in ["[#", "[#m]", "[#m7-12]", "[#m7-12-]", "[#m-1-2-3]", "[#v12-]", "[#v-1]"] {
            assert_eq!(in_subject(&ours, nonsense, HANNA), None, "{nonsense}");
        }
    }
}
