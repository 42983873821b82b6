//! The subject of a reply.

/// The first words of a subject of what answers, in lower case, as programs of many
/// languages write them.
pub const ANSWERED: &[&str] = &[
    "re:", "re :", "re[", "aw:", "antw:", "sv:", "res:", "r:", "rif:", "odp:", "ynt:", "回复",
    "答复", "回覆",
];

/// `Re: ` before a subject, once, whatever the programs of others put there.
pub fn of_reply(subject: &str) -> String {
    let mut rest = subject.trim_start();
    while let Some(after) = ANSWERED.iter().find_map(|word| without(rest, word)) {
        rest = after.trim_start();
    }
    format!("Re: {rest}")
}

/// What stands in a subject behind a word of those; `None` where it does not begin so.
fn without<'a>(subject: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = subject.chars();
    for letter in word.chars() {
        if !rest.next()?.to_lowercase().eq([letter]) {
            return None;
        }
    }
    let rest = rest.as_str();
    match word.chars().last()? {
        ':' => Some(rest),
        // `Re[2]:`
        '[' => {
            let (count, after) = rest.split_once("]:")?;
            count.bytes().all(|byte| byte.is_ascii_digit()).then_some(after)
        }
        _ => rest.trim_start().strip_prefix([':', '：']),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_says_re_once() {
        for (subject, reply) in [
            ("Late", "Re: Late"),
            ("RE: Late", "Re: Late"),
            ("Re: AW: AW: Late parcel", "Re: Late parcel"),
            ("SV: Re[2]: Re : Late", "Re: Late"),
            ("回复：Late", "Re: Late"),
            ("Antw: Antwerp", "Re: Antwerp"),
            ("Ré", "Re: Ré"),
            ("Re[x]: Late", "Re: Re[x]: Late"),
            ("WG: Late", "Re: WG: Late"),
            ("回复", "Re: 回复"),
            ("", "Re: "),
        ] {
            assert_eq!(of_reply(subject), reply);
        }
    }
}
