//! What is said in the clear before TLS (RFC 3207). Nothing of it counts afterwards: lettre
//! would keep what came behind the answer, and take it for what the server says in secret.

use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{STEP_TIMEOUT, not_let_in, stranger};
use crate::net::{Problem, Step};

/// What lettre reads in the place of the greeting that was read here.
pub(super) const GREETING: &[u8] = b"220 go on\r\n";
/// The longest answer, in bytes.
const ANSWER_MAX: usize = 64 * 1024;

/// Greets and asks for TLS; `false` where the server does not offer it.
///
/// # Errors
/// [`Problem`].
pub(super) async fn ask(plain: &mut TcpStream, hello: &ClientId) -> Result<bool, Problem> {
    let greeting = heard(plain).await?;
    if !greeting.starts_with('2') {
        return Err(unwelcome(&greeting));
    }
    let offers = said(plain, &format!("EHLO {hello}\r\n")).await?;
    if !offers.starts_with('2') {
        return Err(unwelcome(&offers));
    }
    let mut words = offers.lines().filter_map(|line| line.get(4..));
    if !words.any(|word| word.trim().eq_ignore_ascii_case("STARTTLS")) {
        return Ok(false);
    }
    let answer = said(plain, "STARTTLS\r\n").await?;
    Ok(answer.starts_with("220"))
}

fn unwelcome(answer: &str) -> Problem {
    if answer.starts_with(['4', '5']) { not_let_in(answer) } else { stranger() }
}

async fn said(plain: &mut TcpStream, command: &str) -> Result<String, Problem> {
    plain.write_all(command.as_bytes()).await.map_err(|_| stranger())?;
    heard(plain).await
}

/// One answer, and nothing behind it.
async fn heard(plain: &mut TcpStream) -> Result<String, Problem> {
    let hearing = async {
        let mut answer = Vec::new();
        loop {
            let mut chunk = [0; 1024];
            match plain.read(&mut chunk).await {
                Ok(length @ 1..) => answer.extend_from_slice(&chunk[..length]),
                _ => return Err(stranger()),
            }
            match end(&answer) {
                Some(end) if end == answer.len() => break,
                Some(_) => return Err(interfering()),
                None if answer.len() > ANSWER_MAX => return Err(stranger()),
                None => {}
            }
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    timeout(STEP_TIMEOUT, hearing).await.unwrap_or_else(|_| Err(stranger()))
}

/// Where an answer ends: with its first line that does not announce another.
fn end(answer: &[u8]) -> Option<usize> {
    let mut end = 0;
    for line in answer.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if line.ends_with(b"\n") && line.get(3) != Some(&b'-') {
            return Some(end);
        }
    }
    None
}

fn interfering() -> Problem {
    Problem::new(
        Step::Tls,
        "Somebody on the way sends more than the server’s answers.",
        "Choose TLS with its port, usually 465.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_with_the_line_that_announces_no_other() {
        assert_eq!(end(b"250-mail.test\r\n250 STARTTLS\r\n"), Some(29));
        assert_eq!(end(b"250-mail.test\r\n250 START"), None);
        assert_eq!(end(b"220 go\r\n250 more\r\n"), Some(8));
    }
}
